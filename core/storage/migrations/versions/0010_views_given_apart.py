"""Views given apart

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('view_round',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('assessment_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.Uuid(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_view_round_assessment_id_assessment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['closed_by'], ['account.id'], name=op.f('fk_view_round_closed_by_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['opened_by'], ['account.id'], name=op.f('fk_view_round_opened_by_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_view_round')),
    sa.UniqueConstraint('assessment_id', 'topic', name=op.f('uq_view_round_assessment_id_topic'))
    )
    op.create_table('view_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('round_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('choice', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_view_answer_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['round_id'], ['view_round.id'], name=op.f('fk_view_answer_round_id_view_round'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_view_answer')),
    sa.UniqueConstraint('round_id', 'account_id', 'question', name=op.f('uq_view_answer_round_id_account_id_question'))
    )
    op.create_index(op.f('ix_view_answer_account_id'), 'view_answer', ['account_id'], unique=False)
    op.create_table('view_person',
    sa.Column('round_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_view_person_account_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['round_id'], ['view_round.id'], name=op.f('fk_view_person_round_id_view_round'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('round_id', 'account_id', name=op.f('pk_view_person'))
    )
    op.create_index(op.f('ix_view_person_account_id'), 'view_person', ['account_id'], unique=False)
    op.create_table('view_settlement',
    sa.Column('round_id', sa.Uuid(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['round_id'], ['view_round.id'], name=op.f('fk_view_settlement_round_id_view_round'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['settled_by'], ['account.id'], name=op.f('fk_view_settlement_settled_by_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('round_id', 'question', name=op.f('pk_view_settlement'))
    )
