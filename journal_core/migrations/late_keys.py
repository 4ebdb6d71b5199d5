"""Foreign keys of a circle of tables (`use_alter`), which Alembic leaves out on PostgreSQL.

SQLite writes such a key inside CREATE TABLE; a database that can alter gets it afterwards.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import CreateTableOp, MigrationScript
from alembic.runtime.migration import MigrationContext


@Operations.register_operation("create_late_key")
class CreateLateKey(MigrateOperation):
    """`op.create_late_key(name, source, target, column, target_column)`."""

    def __init__(self, name: str, source: str, target: str, column: str, target_column: str):
        self.arguments = (name, source, target, column, target_column)

    @classmethod
    def create_late_key(cls, operations: Operations, *arguments: str) -> None:
        operations.invoke(cls(*arguments))

    def reverse(self) -> "DropLateKey":
        return DropLateKey(*self.arguments[:2])


@Operations.register_operation("drop_late_key")
class DropLateKey(MigrateOperation):
    """`op.drop_late_key(name, source)`, before either table is dropped."""

    def __init__(self, name: str, source: str):
        self.arguments = (name, source)

    @classmethod
    def drop_late_key(cls, operations: Operations, *arguments: str) -> None:
        operations.invoke(cls(*arguments))


@Operations.implementation_for(CreateLateKey)
def create(operations: Operations, operation: CreateLateKey) -> None:
    if operations.get_context().impl.dialect.supports_alter:
        name, source, target, column, target_column = operation.arguments
        operations.create_foreign_key(name, source, target, [column], [target_column])


@Operations.implementation_for(DropLateKey)
def drop(operations: Operations, operation: DropLateKey) -> None:
    if operations.get_context().impl.dialect.supports_alter:
        name, source = operation.arguments
        operations.drop_constraint(name, source, type_="foreignkey")


@renderers.dispatch_for(CreateLateKey)
def render_create(_autogen: AutogenContext, operation: CreateLateKey) -> str:
    return f"op.create_late_key{operation.arguments!r}"


@renderers.dispatch_for(DropLateKey)
def render_drop(_autogen: AutogenContext, operation: DropLateKey) -> str:
    return f"op.drop_late_key{operation.arguments!r}"


def add_late_keys(
    _context: MigrationContext, _revision: object, directives: list[MigrationScript]
) -> None:
    """Follow the new tables of a drafted revision with their late keys."""
    for script in directives:
        if script.upgrade_ops is None or script.downgrade_ops is None:
            continue
        late = list(_late_keys(script.upgrade_ops.ops))
        script.upgrade_ops.ops.extend(late)
        script.downgrade_ops.ops[:0] = [key.reverse() for key in reversed(late)]


def _late_keys(operations: Iterable[MigrateOperation]) -> Iterable[CreateLateKey]:
    for operation in operations:
        if not isinstance(operation, CreateTableOp):
            continue
        for item in operation.columns:
            if isinstance(item, sa.ForeignKeyConstraint) and item.use_alter:
                [element] = item.elements
                target, target_column = element.target_fullname.rsplit(".", 1)
                yield CreateLateKey(
                    str(item.name),
                    operation.table_name,
                    target,
                    element.parent.name,
                    target_column,
                )
