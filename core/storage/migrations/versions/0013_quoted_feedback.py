"""Quoted feedback

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('counted_feedback',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('sector', sa.String(), nullable=False),
    sa.Column('size', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('told', sa.String(), nullable=False),
    sa.Column('quotable', sa.String(), nullable=False),
    sa.Column('waiting', sa.Boolean(), nullable=False),
    sa.Column('is_returning', sa.Boolean(), nullable=False),
    sa.Column('batch', sa.Uuid(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_counted_feedback_enterprise_id_enterprise'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_counted_feedback')),
    sa.UniqueConstraint('enterprise_id', 'year', 'waiting', name=op.f('uq_counted_feedback_enterprise_id_year_waiting'))
    )
    with op.batch_alter_table('counted_feedback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_counted_feedback_batch'), ['batch'], unique=False)
        batch_op.create_index(batch_op.f('ix_counted_feedback_changed_at'), ['changed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_counted_feedback_waiting'), ['waiting'], unique=False)

    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.add_column(sa.Column('may_quote', sa.Boolean(), nullable=False, server_default=sa.false()))
