"""The data card as text for a person."""

from collections.abc import Mapping

from data_prep.checks.excerpts import kinds
from data_prep.prepared.card import _EXAMPLES, CARD_FILE, DataCard
from data_prep.schema import LABELS, SPLITS
from data_prep.terminal.plain import one_line


def card_text(card: DataCard) -> str:
    """Return the card as lines for a person."""
    lines = [f"Data card of {card.name}" + (" (synthetic)" if card.synthetic else "")]
    lines.append(f"  {'split':<12}{'real':>9}{'fake':>9}{'groups':>9}")
    for split in SPLITS:
        numbers = card.pictures[split]
        lines.append(
            f"  {split:<12}{numbers['real']:>9,}{numbers['fake']:>9,}{card.groups[split]:>9,}"
        )
    lines += _method_lines(card)
    lines.append(f"  converted to RGB PNG: {_counts(card.conversions)}")
    same = card.duplicates
    lines.append(
        f"  identical pictures: {same.across_splits} across splits, "
        f"{same.with_two_labels} with two labels, {same.within_a_split} copies within a split"
    )
    near = "not looked for" if same.near_across_splits is None else same.near_across_splits
    lines.append(f"  nearly identical pictures across splits: {near}")
    lines.append(f"  fingerprint: {card.fingerprint}")
    lines += [f"  {line}" for line in concerns(card)]
    return "\n".join(lines)


def concerns(card: DataCard) -> list[str]:
    """Return what a person should see when a set is prepared or found again, one line each.

    Lines of warnings begin with `WARNING: `. A set in which all is well has no lines.
    """
    lines = [f"WARNING: {warning}" for warning in card.warnings]
    same = (" = ".join(map(one_line, keys)) for keys in card.duplicates.examples)
    lines += [f"identical pictures: {keys}" for keys in same]
    if card.skipped:
        shown = card.skipped[:_EXAMPLES]
        named = "; ".join(one_line(f"{name}: {reason}") for name, reason in shown)
        left = len(card.skipped) - _EXAMPLES
        more = f"; and {left} more; see {CARD_FILE}" if left > 0 else ""
        lines.append(f"skipped {len(card.skipped)}: {named}{more}")
    if card.ignored:
        lines.append(f"ignored: {kinds(card.ignored)}")
    return lines + [f"note: {note}" for note in card.notes]


def _method_lines(card: DataCard) -> list[str]:
    """Return a table of methods and splits, where it says more than that of the labels does."""
    rows = [
        (method, level)
        for method in card.methods
        for level in sorted(
            {lev for methods in card.by_method.values() for lev in methods.get(method, ())}
        )
    ]
    if {method for method, _ in rows} <= set(LABELS) and not any(level for _, level in rows):
        return []
    names = {row: " ".join(filter(None, row)) for row in rows}
    width = max(map(len, names.values())) + 2
    lines = [f"  {'method':<{width}}" + "".join(f"{split:>12}" for split in SPLITS)]
    for row in rows:
        numbers = (card.by_method[split].get(row[0], {}).get(row[1], 0) for split in SPLITS)
        lines.append(f"  {names[row]:<{width}}" + "".join(f"{number:>12,}" for number in numbers))
    return lines


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in counts.items()) or "none"
