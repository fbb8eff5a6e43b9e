"""The script by which a shell completes commands, their options and the options' values."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from tyro.conf import OmitArgPrefixes, Positional

FILES = "(files)"
"""Stands for the values of an option that takes paths."""

Values = tuple[str, ...] | None
"""What an option may be, () where it is anything, and None for a switch, which takes no value."""

# Bash takes a word apart at "=", zsh does not; neither adds a space, so the words bring their own.
_SCRIPT = """\
_jaxticket() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} start= option= words= each
  local name=${COMP_WORDS[1]} at=2
  COMPREPLY=()
  case $name in %(groups)s)
    if [[ $COMP_CWORD -gt 1 ]]; then name="$name ${COMP_WORDS[2]}" at=3; fi ;;
  esac
  if (( COMP_CWORD < at )); then
    case "$at $name" in
%(members)s
      *) words=(%(commands)s --help --version) ;;
    esac
    words=("${words[@]/%%/ }")
  else
    if [[ $word == = ]]; then option=$before word=
    elif [[ $before == = ]]; then option=${COMP_WORDS[COMP_CWORD-2]}
    elif [[ $word == --*=* ]]; then option=${word%%%%=*} start=${word%%%%=*}= word=${word#*=}
    else option=$before
    fi
    case "$name $option" in
%(values)s
      *) case $name in
%(options)s
      esac ;;
    esac
  fi
  for each in "${words[@]}"; do
    if [[ $each == "%(files)s " ]]; then
      if [[ $word == *,* ]]; then start+=${word%%,*}, word=${word##*,}; fi
      for each in "$word"*; do
        if [[ -d $each ]]; then COMPREPLY+=("$start$each/")
        elif [[ -e $each ]]; then COMPREPLY+=("$start$each ")
        fi
      done
    elif [[ $each == "$word"* && $each != " " ]]; then COMPREPLY+=("$start$each")
    fi
  done
}
complete -o nospace -F _jaxticket jaxticket
"""
_ZSH = "autoload -U +X compinit bashcompinit && compinit && bashcompinit\n"


def subcommands(config: Any) -> dict[str, type]:
    """Return the configurations of a command's subcommands, by name; none of one without."""
    return {kind.__name__.lower(): kind for kind in get_args(config)}


def options(config: type, prefix: str = "") -> Iterator[tuple[str, Values]]:
    """Yield the names of the options of a configuration, with what each may be.

    A file that is named without an option has no name, and stands there as itself.
    """
    hints = get_type_hints(config, include_extras=True)
    for field in fields(config):
        kind, notes = hints[field.name], ()
        if get_origin(kind) is Annotated:
            kind, *notes = get_args(kind)
        if isinstance(kind, type) and is_dataclass(kind):
            flat = any(note in get_args(OmitArgPrefixes[kind]) for note in notes)
            yield from options(kind, prefix if flat else f"{prefix}{field.name}.")
        else:
            name = next(filter(None, (getattr(note, "name", None) for note in notes)), field.name)
            if any(note in get_args(Positional[kind]) for note in notes):
                yield FILES, None
                continue
            # A data set is called by its name or by its folder.
            yield f"--{prefix}{name}", _values(Path if field.name == "dataset" else kind)
            if kind is bool:
                yield f"--{prefix}no_{field.name}", None


def _values(kind: Any) -> Values:
    if kind is bool:
        return None
    kinds = (kind, *get_args(kind))
    literals = [value for part in kinds if get_origin(part) is Literal for value in get_args(part)]
    if literals:
        return (*literals, "none") if type(None) in kinds else tuple(literals)
    return (FILES,) if Path in kinds else ()


def script(experiments: Mapping[str, type], preparations: Mapping[str, type], shell: str) -> str:
    """Return what bash or zsh reads.

    Args:
        experiments: the configurations of the commands, by name; of one with subcommands their
            union.
        preparations: those of the commands after `prepare`.
        shell: "bash" or "zsh".
    """
    groups = {name: subcommands(config) for name, config in experiments.items()}
    groups = {name: group for name, group in groups.items() if group} | {"prepare": preparations}
    configs = {name: config for name, config in experiments.items() if name not in groups}
    for group, members in groups.items():
        configs |= {f"{group} {name}": config for name, config in members.items()}
    values, names = [], []
    for command, config in configs.items():
        known = dict(options(config))
        words = [f"{name}{'' if allowed is None else '='}" for name, allowed in known.items()]
        names.append(f"      {_quoted(command)}) words=({_words([*words, '--help'])}) ;;")
        values += [
            f"      {_quoted(f'{command} {name}')}) words=({_words(allowed)}) ;;"
            for name, allowed in known.items()
            if allowed is not None
        ]
    members = [f"      {_quoted(f'3 {group} ')}*) words=({' '.join(names)} --help) ;;"
               for group, names in groups.items()]  # fmt: skip
    fields = {
        "commands": " ".join([*experiments, "prepare"]), "groups": "|".join(groups),
        "members": "\n".join(members),
        "values": "\n".join(values), "options": "\n".join(names), "files": FILES,
    }  # fmt: skip
    return (_ZSH if shell == "zsh" else "") + _SCRIPT % fields


def _quoted(text: str) -> str:
    return shlex.quote(text) if " " in text else text


def _words(words: Any) -> str:
    return " ".join(shlex.quote(word if word.endswith("=") else f"{word} ") for word in words)
