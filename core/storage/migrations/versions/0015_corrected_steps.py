"""Days of steps that were corrected

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('programme_step') as batch_op:
        batch_op.add_column(sa.Column('corrects', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            op.f('fk_programme_step_corrects_programme_step'),
            'programme_step',
            ['corrects'],
            ['id'],
            ondelete='CASCADE',
        )
    op.create_index(op.f('ix_programme_step_corrects'), 'programme_step', ['corrects'], unique=False)
