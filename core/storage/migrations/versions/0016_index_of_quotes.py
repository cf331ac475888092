"""Index of quotes

Revision: 0016, after 0015
"""

from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_quoted'), ['year', 'kind', 'theme', 'may_quote'], unique=False)
