"""Life of a programme

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feedback',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('theme', sa.String(), nullable=False),
    sa.Column('addressee', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_feedback_enterprise_id_enterprise'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['updated_by'], ['account.id'], name=op.f('fk_feedback_updated_by_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback'))
    )
    op.create_index(op.f('ix_feedback_enterprise_id'), 'feedback', ['enterprise_id'], unique=False)
    op.create_index('ix_feedback_theme', 'feedback', ['province_code', 'year', 'theme'], unique=False)
    op.create_table('programme_step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_programme_step_by_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_step_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_step'))
    )
    op.create_index(op.f('ix_programme_step_programme_id'), 'programme_step', ['programme_id'], unique=False)
    op.create_table('programme_text',
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('content', sa.String(), nullable=False),
    sa.Column('validated', sa.String(), nullable=False),
    sa.Column('files', sa.String(), nullable=False),
    sa.Column('assessed_on', sa.Date(), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_text_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', name=op.f('pk_programme_text'))
    )
    op.create_table('report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('enterprise_id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('matter', sa.String(), nullable=False),
    sa.Column('finished_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_report_enterprise_id_enterprise'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_report_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('enterprise_id', 'year', name=op.f('uq_report_enterprise_id_year'))
    )
    op.create_index(op.f('ix_report_programme_id'), 'report', ['programme_id'], unique=False)
    op.create_index(op.f('ix_report_province_code'), 'report', ['province_code'], unique=False)
    op.create_table('task_mark',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('programme_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('task', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('evidence', sa.String(), nullable=False),
    sa.Column('spent_vnd', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_task_mark_programme_id_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['updated_by'], ['account.id'], name=op.f('fk_task_mark_updated_by_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_mark')),
    sa.UniqueConstraint('programme_id', 'task', name=op.f('uq_task_mark_programme_id_task'))
    )
    op.create_table('report_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('report_id', sa.Uuid(), nullable=False),
    sa.Column('province_code', sa.String(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_entry_report_id_report'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['updated_by'], ['account.id'], name=op.f('fk_report_entry_updated_by_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_entry')),
    sa.UniqueConstraint('report_id', 'path', name=op.f('uq_report_entry_report_id_path'))
    )
