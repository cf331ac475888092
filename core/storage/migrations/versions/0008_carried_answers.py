"""Answers carried over from an earlier period

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('answer', sa.Column('carried_from', sa.Date(), nullable=True))
