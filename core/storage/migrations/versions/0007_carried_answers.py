"""Answers carried over from an earlier period

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('answer', sa.Column('carried_from', sa.Date(), nullable=True))
