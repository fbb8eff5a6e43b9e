"""What a run's layers computed in, where it is not float32."""

from jaxticket.recipe import Recipe


def precision_sentence(recipe: Recipe) -> str:
    """Return what training computed in; "" for float32."""
    if recipe.precision == "float32":
        return ""
    return (
        f"Layers were trained in {recipe.precision}; parameters, statistics and all that was "
        "evaluated are float32."
    )
