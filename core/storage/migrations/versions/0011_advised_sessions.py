"""Advised sessions

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('advised_session',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('adviser_id', sa.Uuid(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.Uuid(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['adviser_id'], ['account.id'], name=op.f('fk_advised_session_adviser_id_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['ended_by'], ['account.id'], name=op.f('fk_advised_session_ended_by_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_advised_session_enterprise_id_enterprise'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['opened_by'], ['account.id'], name=op.f('fk_advised_session_opened_by_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_advised_session'))
    )
    op.create_index(op.f('ix_advised_session_adviser_id'), 'advised_session', ['adviser_id'], unique=False)
    op.create_index(op.f('ix_advised_session_enterprise_id'), 'advised_session', ['enterprise_id'], unique=False)
    with op.batch_alter_table('answer') as batch_op:
        batch_op.add_column(sa.Column('advised_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('advised_by', sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column('advised_stands', sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_foreign_key(
            batch_op.f('fk_answer_advised_by_account'), 'account', ['advised_by'], ['id'], ondelete='SET NULL'
        )
