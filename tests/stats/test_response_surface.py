"""Response surfaces whose slopes, exchange rates and interactions are known by construction."""

import numpy as np
import pytest

from alliance_sim.stats.response_surface import (
    exchange_rate,
    interaction,
    makes_up,
    mean_surface,
    means_by_draw,
    on_axis,
    slopes,
)

TECHNIQUE = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
ALLIANCE = np.array([-2.0, -1.0, 0.0, 1.0])
C, Z = np.meshgrid(TECHNIQUE, ALLIANCE, indexing="ij")


def draws(surface: np.ndarray, noise: float = 0.0, n: int = 40) -> np.ndarray:
    """The same surface under every draw, with slopes that differ by draw where there is noise."""
    rng = np.random.default_rng(1)
    return surface[None] * (1.0 + noise * rng.normal(size=(n, 1, 1)))


def test_a_plane_has_its_slopes_everywhere_and_one_exchange_rate() -> None:
    """y = .1 c + .3 z: three SD of technique replace one SD of alliance."""
    found = slopes(draws(0.1 * C + 0.3 * Z, 0.2), TECHNIQUE, ALLIANCE)
    np.testing.assert_allclose(mean_surface(found.first), found.first.mean(axis=0))
    rate, low, _ = exchange_rate(found, 0)
    np.testing.assert_allclose([rate, low], 3.0)


def test_an_exchange_rate_has_the_spread_of_its_draws() -> None:
    """Slopes of technique .1 with SD .03 among 100 draws, of the alliance .3: 3 within about .18."""
    rng = np.random.default_rng(2)
    values = np.array([(0.1 + 0.03 * u) * C + 0.3 * Z for u in rng.normal(size=100)])
    _, low, high = exchange_rate(slopes(values, TECHNIQUE, ALLIANCE), 0)
    assert ((low < 3.0) & (high > 3.0)).all()
    np.testing.assert_allclose(high - low, 2 * 1.96 * 3.0 * 0.3 / 10, rtol=0.3)


def test_no_amount_of_what_does_nothing_replaces_anything() -> None:
    assert np.isinf(exchange_rate(slopes(draws(0.3 * Z), TECHNIQUE, ALLIANCE), 0)).all()
    assert (exchange_rate(slopes(draws(0.0 * Z), TECHNIQUE, ALLIANCE), 0)[0] == 0.0).all()


def test_the_rate_is_that_of_the_place_where_one_stands() -> None:
    """y = c + z^2 / 2 has slope z along the alliance."""
    rate = exchange_rate(slopes(draws(C + 0.5 * Z * Z), TECHNIQUE, ALLIANCE), 0)[0]
    np.testing.assert_allclose(rate[2, 1:3], [-1.0, 0.0], atol=1e-12)


def test_what_adds_up_has_no_interaction_and_what_multiplies_has_it_on_one_scale_only() -> None:
    plane, product = draws(0.1 * C + 0.3 * Z), draws((3.0 + C) * (3.0 + Z))
    np.testing.assert_allclose(interaction(plane, (1, 3), (1, 2)), 0.0, atol=1e-12)
    np.testing.assert_allclose(interaction(product, (1, 3), (1, 2)), 2.0)
    np.testing.assert_allclose(interaction(np.log(product), (1, 3), (1, 2)), 0.0, atol=1e-12)


def test_a_place_makes_up_in_the_draws_in_which_it_is_at_least_as_good() -> None:
    """y = s c + .3 z with s .1 or .2, half of the draws each: two SD replace one SD of alliance only where s is .2."""
    values = np.array([(0.1 if k % 2 else 0.2) * C + 0.3 * Z for k in range(40)])
    share = makes_up(values, values[:, 2, 2])
    assert share[4, 1] == 0.5
    assert share[2, 2] == 1.0
    assert share[2, 1] == 0.0


def test_values_are_moved_to_a_common_axis_and_not_beyond_what_was_played() -> None:
    places = np.array([[-2.0, -1.0, 0.0, 1.0], [-1.0, -0.5, 0.0, 0.5]])
    values = np.array([np.repeat(2.0 * at[None], 5, axis=0) for at in places])
    found = on_axis(values, places, np.array([-2.0, -0.5, 0.0, 0.5]))
    np.testing.assert_allclose(found[0, 0], [-4.0, -1.0, 0.0, 1.0])
    np.testing.assert_allclose(found[1, 0], [np.nan, -1.0, 0.0, 1.0])
    assert np.isnan(on_axis(values[:1], places[:1, ::-1], ALLIANCE)).all()


def test_a_place_that_one_draw_in_five_does_not_reach_has_no_number() -> None:
    values = draws(0.1 * C + 0.3 * Z, n=10)
    values[:2, :, 0] = np.nan
    assert np.isnan(mean_surface(values)[:, 0]).all()
    assert np.isfinite(mean_surface(values)[:, 1]).all()
    assert np.isnan(makes_up(values, values[:, 2, 2])[:, 0]).all()
    assert np.isnan(exchange_rate(slopes(values, TECHNIQUE, ALLIANCE), 0)[0][:, 0]).all()


def test_clinics_of_a_draw_are_averaged_and_their_noise_is_measured() -> None:
    """Draws with SD 1, two clinics each with noise of SD 1: a third of the variance of a mean is noise."""
    rng = np.random.default_rng(3)
    of_draw = rng.normal(size=500)
    values = np.concatenate([of_draw, of_draw]) + rng.normal(size=1000)
    found = means_by_draw(values, 500)
    assert found.means.shape == (500,)
    np.testing.assert_allclose(found.means[7], (values[7] + values[507]) / 2)
    assert found.noise == pytest.approx(1.0 / 3.0, abs=0.06)
    assert np.isnan(means_by_draw(values[:500], 500).noise)
