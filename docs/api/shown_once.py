"""Show every function where it is written, and not again on the page of its package."""

import griffe


class ShownOnce(griffe.Extension):
    """Drop what a package only hands on, so that an API page holds no text twice."""

    def on_package(self, *, pkg: griffe.Module, **_: object) -> None:
        """Remove imported names from `pkg` and the packages below it."""
        for name, member in list(pkg.members.items()):
            if member.is_alias and pkg.is_init_module:
                del pkg.members[name]
            elif not member.is_alias and member.is_module:
                self.on_package(pkg=member)
