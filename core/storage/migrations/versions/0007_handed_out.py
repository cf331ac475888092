"""Drafts that were handed out

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('handed_out',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('edition', sa.String(), nullable=False),
    sa.Column('score_kind', sa.String(), nullable=False),
    sa.Column('score_low', sa.String(), nullable=False),
    sa.Column('score_high', sa.String(), nullable=False),
    sa.Column('draft_sha256', sa.String(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.Uuid(), nullable=True),
    sa.Column('revoked_reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_handed_out_by_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_handed_out_enterprise_id_enterprise'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_handed_out_programme_id_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['revoked_by'], ['account.id'], name=op.f('fk_handed_out_revoked_by_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handed_out')),
    sa.UniqueConstraint('code', name=op.f('uq_handed_out_code'))
    )
    op.create_index(op.f('ix_handed_out_enterprise_id'), 'handed_out', ['enterprise_id'], unique=False)
    op.create_table('handed_out_file',
    sa.Column('handed_out_id', sa.Uuid(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('form', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['handed_out_id'], ['handed_out.id'], name=op.f('fk_handed_out_file_handed_out_id_handed_out'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_handed_out_file_sha256_blob')),
    sa.PrimaryKeyConstraint('handed_out_id', 'language', 'form', name=op.f('pk_handed_out_file'))
    )
    op.create_index(op.f('ix_handed_out_file_sha256'), 'handed_out_file', ['sha256'], unique=False)
