"""Notices of invitations: about an enterprise, with or without a submission

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('notice', sa.Column('enterprise_id', sa.Uuid(), nullable=True))
    op.execute(
        'UPDATE notice SET enterprise_id = '
        '(SELECT submission.enterprise_id FROM submission WHERE submission.id = notice.submission_id)'
    )
    with op.batch_alter_table('notice') as batch_op:
        batch_op.alter_column('enterprise_id', existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column('submission_id', existing_type=sa.Uuid(), nullable=True)
        batch_op.create_foreign_key(
            op.f('fk_notice_enterprise_id_enterprise'), 'enterprise', ['enterprise_id'], ['id'], ondelete='CASCADE'
        )
    op.create_index(op.f('ix_notice_enterprise_id'), 'notice', ['enterprise_id'], unique=False)
