"""Support requests

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('support_request',
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('wishes', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['account.id'], name=op.f('fk_support_request_asked_by_account'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_support_request_enterprise_id_enterprise'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('enterprise_id', name=op.f('pk_support_request'))
    )
    op.create_index(op.f('ix_support_request_asked_by'), 'support_request', ['asked_by'], unique=False)
    op.create_index(op.f('ix_support_request_province_code'), 'support_request', ['province_code'], unique=False)
