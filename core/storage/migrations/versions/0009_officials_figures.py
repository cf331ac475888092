"""What officials' figures are counted from

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('counted_result',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('sector', sa.String(), nullable=False),
    sa.Column('size', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('edition', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('self_score', sa.Integer(), nullable=False),
    sa.Column('self_level', sa.Integer(), nullable=False),
    sa.Column('validated_score', sa.Integer(), nullable=True),
    sa.Column('validated_level', sa.Integer(), nullable=True),
    sa.Column('topics', sa.String(), nullable=False),
    sa.Column('answers', sa.String(), nullable=False),
    sa.Column('marks', sa.String(), nullable=False),
    sa.Column('waiting', sa.Boolean(), nullable=False),
    sa.Column('is_returning', sa.Boolean(), nullable=False),
    sa.Column('batch', sa.Uuid(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_counted_result_enterprise_id_enterprise'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_counted_result')),
    sa.UniqueConstraint('enterprise_id', 'year', 'waiting', name=op.f('uq_counted_result_enterprise_id_year_waiting'))
    )
    with op.batch_alter_table('counted_result', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_counted_result_batch'), ['batch'], unique=False)
        batch_op.create_index(batch_op.f('ix_counted_result_changed_at'), ['changed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_counted_result_waiting'), ['waiting'], unique=False)

    op.create_table('demand',
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('lines', sa.String(), nullable=False),
    sa.Column('waiting', sa.String(), nullable=True),
    sa.Column('waiting_province', sa.String(), nullable=False),
    sa.Column('is_returning', sa.Boolean(), nullable=False),
    sa.Column('batch', sa.Uuid(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_demand_enterprise_id_enterprise'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('enterprise_id', name=op.f('pk_demand'))
    )
    with op.batch_alter_table('demand', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_demand_batch'), ['batch'], unique=False)
        batch_op.create_index(batch_op.f('ix_demand_changed_at'), ['changed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_demand_province_code'), ['province_code'], unique=False)

    op.create_table('enterprise_stage',
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('sector', sa.String(), nullable=False),
    sa.Column('size', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('started', sa.Integer(), nullable=True),
    sa.Column('submitted', sa.Integer(), nullable=True),
    sa.Column('reviewed', sa.Integer(), nullable=True),
    sa.Column('issued', sa.Integer(), nullable=True),
    sa.Column('reporting', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_enterprise_stage_enterprise_id_enterprise'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('enterprise_id', name=op.f('pk_enterprise_stage'))
    )
    with op.batch_alter_table('enterprise_stage', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enterprise_stage_changed_at'), ['changed_at'], unique=False)

    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answered_on', sa.Date(), nullable=True))

    # The day of the answer changed least lately is as near as one comes: an answer does not keep when it was first given.
    day = (
        "CAST(MIN(updated_at) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE)"
        if op.get_bind().dialect.name == 'postgresql'
        else "DATE(MIN(updated_at), '+7 hours')"
    )
    op.execute(
        f"UPDATE assessment SET answered_on = "
        f"(SELECT {day} FROM answer WHERE answer.assessment_id = assessment.id AND answer.choice <> '')"
    )
