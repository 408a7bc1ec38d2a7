"""The step-by-step player: the right numbers in Python and in a real browser."""

import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from scipy.signal import correlate2d

from convbook import draw
from tests import missing

IMAGE = np.array(
    [
        [1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 1, 1, 0],
        [0, 1, 1, 0, 0],
    ]
)
KERNEL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
RNG = np.random.default_rng(5)
CASES = {
    "the lecture's": (IMAGE, KERNEL, 1, 0),
    "does not fit": (RNG.integers(0, 10, (7, 7)), [[1, 0, -1]] * 3, 3, 0),
    "padded": (RNG.integers(0, 10, (6, 6)), [[1, 0, -1]] * 3, 1, 1),
    "tall steps": (RNG.integers(-9, 10, (6, 4)), [[2, -1], [3, 1]], (3, 1), (0, 1)),
    "wide steps": (RNG.integers(0, 10, (3, 8)), [[1, -2, 1, 4]], (1, 3), 0),
    "one-sided": (RNG.integers(0, 5, (4, 5)), [[1, 2], [3, 4]], 2, ((0, 1), (1, 0))),
    "decimals": (RNG.integers(0, 256, (4, 5)), np.full((3, 3), 1 / 9), 1, 0),
    "one cell": ([[3]], [[-2]], 1, 0),
}


def oracle(image, kernel, stride, padding):
    """Return padded image and output, by SciPy and plain slicing."""
    rows, columns = stride if isinstance(stride, tuple) else (stride, stride)
    padded = np.pad(
        image, padding if np.ndim(padding) != 1 else [(p, p) for p in padding]
    )
    return padded, correlate2d(padded, kernel, mode="valid")[::rows, ::columns]


def number(text):
    return float(text.replace("−", "-").strip("()"))


# ------------------------------------------------------------------ in Python


@pytest.mark.parametrize("case", CASES)
def test_the_output_is_that_of_scipy(case):
    padded, output = oracle(*CASES[case])
    player = draw.player(*CASES[case])
    np.testing.assert_array_equal(player.padded, padded)
    np.testing.assert_allclose(player.output, output)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (
            "the lecture's",
            "5 × 5 image, 3 × 3 kernel, stride 1, padding 0 → 3 × 3 output",
        ),
        ("does not fit", "→ 2 × 2 output; never read: row 6 and column 6"),
        ("tall steps", "stride (3, 1), padding (0, 1)"),
        ("one-sided", "padding ((0, 1), (1, 0))"),
    ],
)
def test_without_a_page_it_says_sizes_and_what_is_never_read(case, words):
    assert words in repr(draw.player(*CASES[case]))


def test_gaps_between_windows_are_never_read():
    player = draw.player(np.ones((7, 7)), [[1]], stride=3)
    assert "never read: rows 1, 2, 4, 5 and columns 1, 2, 4, 5" in repr(player)
    assert "never read: columns 4–5" in repr(draw.player(np.ones((1, 6)), [[1] * 4], 3))


def test_nothing_is_random_in_the_page():
    first, second = (draw.player(IMAGE, KERNEL)._repr_html_() for _ in range(2))
    assert first == second


def test_the_image_stays_as_it_is():
    image, kernel = IMAGE.copy(), KERNEL.copy()
    draw.player(image, kernel, padding=1)._repr_html_()
    assert np.array_equal(image, IMAGE)
    assert np.array_equal(kernel, KERNEL)


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        (ValueError, r"two axes.*shape \(5,\)", (np.ones(5), KERNEL)),
        (ValueError, "no cells", (np.ones((0, 3)), KERNEL)),
        (ValueError, "NaN", ([[np.nan]], [[1]])),
        (TypeError, "kernel holds real numbers", (IMAGE, [["a"]])),
        (TypeError, "complex", (IMAGE, [[1j]])),
        (ValueError, "6 × 2 kernel does not fit an image of 5 × 5", (IMAGE, np.ones((6, 2)))),
        (ValueError, "fit a padded image of 7 × 5", (IMAGE, np.ones((3, 6)), 1, (1, 0))),
        (ValueError, "stride is at least 1; this is 0", (IMAGE, KERNEL, 0)),
        (TypeError, "stride is a whole number; this is 1.5", (IMAGE, KERNEL, 1.5)),
        (TypeError, "stride is a whole number; this is True", (IMAGE, KERNEL, True)),
        (ValueError, r"stride is one value or two", (IMAGE, KERNEL, (1, 2, 3))),
        (ValueError, "padding is at least 0", (IMAGE, KERNEL, 1, -1)),
        (TypeError, "padding is a whole number; this is 'same'", (IMAGE, KERNEL, 1, "same")),
        (ValueError, "105 × 105 cells.*20 × 20", (IMAGE, KERNEL, 1, 50)),
        (ValueError, "20 × 20", (IMAGE, KERNEL, 1, 10**12)),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong(error, message, arguments):
    with pytest.raises(error, match=message):
        draw.player(*arguments)


@pytest.mark.parametrize("seconds", [0, 61, "fast"])
def test_a_step_takes_a_sensible_time(seconds):
    with pytest.raises((ValueError, TypeError), match="seconds is"):
        draw.player(IMAGE, KERNEL, seconds=seconds)


# ----------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def browser():
    program = missing.need_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page_of(browser):
    """Give `page_of(player, …)`: a page that shows players and may ask for nothing."""
    contexts, complaints = [], []

    def open_page(*players, body=None, theme="light", width=1000, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("request", lambda request: complaints.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if body is None:
            body = "".join(player._repr_html_() for player in players)
        page.set_content(
            f'<!doctype html><html lang="en" data-theme="{theme}">'
            f"<head><title>Player</title></head><body>{body}</body></html>"
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def press(page, name, at=0):
    page.locator(".convbook-player").nth(at).get_by_role(
        "button", name=name, exact=True
    ).click()


def output_of(page, at=0):
    cells = page.locator("table.output").nth(at).locator("td")
    return [text.strip() for text in cells.all_text_contents()]


def state_of(page):
    """Read what the page shows: windows, sum and output, all at once."""
    return page.evaluate(
        """() => {
        const at = (name) => Array.from(document.querySelectorAll(`table.${name} td.on`),
            (cell) => [cell.parentElement.rowIndex, cell.cellIndex]);
        return {image: at("image"), output: at("output"),
            weights: Array.from(document.querySelectorAll("table.image td[data-weight]"),
                (cell) => cell.dataset.weight),
            terms: Array.from(document.querySelectorAll(".sum > span:not(.at):not(.total) > span"),
                (term) => term.textContent),
            label: document.querySelector(".sum .at").textContent,
            total: document.querySelector(".sum .total").textContent,
            filled: Array.from(document.querySelectorAll("table.output td"),
                (cell) => cell.textContent)};
        }"""
    )


@pytest.mark.parametrize("case", CASES)
def test_every_step_shows_the_window_its_sum_and_the_right_number(page_of, case):
    padded, output = oracle(*CASES[case])
    kernel, stride = np.array(CASES[case][1]), CASES[case][2]
    down, across = stride if isinstance(stride, tuple) else (stride, stride)
    fh, fw = kernel.shape
    page = page_of(draw.player(*CASES[case]))
    for position, (i, j) in enumerate(np.ndindex(output.shape)):
        if position:
            press(page, "One step forward")
        state = state_of(page)
        top, left = i * down, j * across
        window = padded[top : top + fh, left : left + fw]
        assert state["image"] == [
            [top + u, left + v] for u in range(fh) for v in range(fw)
        ]
        assert state["output"] == [[i, j]]
        assert state["label"] == f"output[{i}, {j}]"

        factors = np.array([list(map(number, t.split("·"))) for t in state["terms"]])
        np.testing.assert_allclose(factors[:, 0], window.ravel(), atol=0.006)
        np.testing.assert_allclose(factors[:, 1], kernel.ravel(), atol=0.006)
        np.testing.assert_allclose(
            [number(w) for w in state["weights"]], kernel.ravel(), atol=0.006
        )
        sign, total = state["total"].split()
        assert sign == ("≈" if case == "decimals" else "=")
        assert number(total) == pytest.approx(output[i, j], abs=0.006)

        filled = state["filled"][: position + 1]
        assert [number(text) for text in filled] == pytest.approx(
            output.ravel()[: position + 1].tolist(), abs=0.006
        )
        assert not any(state["filled"][position + 1 :])
    expect(page.get_by_role("button", name="One step forward")).to_be_disabled()


def test_the_first_number_of_the_lecture_is_written_out(page_of):
    page = page_of(draw.player(IMAGE, KERNEL))
    assert page.locator(".sum").inner_text().split("\n") == [
        "output[0, 0]",
        "1·1 + 1·0 + 1·1",
        "+ 0·0 + 1·1 + 1·0",
        "+ 0·1 + 0·0 + 1·1",
        "= 4",
    ]


def test_play_goes_to_the_end_and_stops(page_of):
    page = page_of(draw.player(IMAGE, KERNEL, seconds=0.05))
    press(page, "Play")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert output_of(page) == ["4", "3", "4", "2", "4", "3", "2", "3", "4"]
    # Played once more, it begins again.
    press(page, "Play")
    page.wait_for_function("document.querySelector('input').value === '2'")


def test_pause_stops_where_it_is(page_of):
    page = page_of(draw.player(np.ones((12, 12)), KERNEL, seconds=0.05))
    press(page, "Play")
    page.wait_for_function("Number(document.querySelector('input').value) >= 3")
    press(page, "Pause")
    stopped = page.locator("input").input_value()
    page.wait_for_timeout(300)
    assert page.locator("input").input_value() == stopped


def test_back_and_restart(page_of):
    page = page_of(draw.player(IMAGE, KERNEL))
    expect(page.get_by_role("button", name="One step back")).to_be_disabled()
    for _ in range(4):
        press(page, "One step forward")
    assert output_of(page) == ["4", "3", "4", "2", "4", "", "", "", ""]
    press(page, "One step back")
    assert output_of(page) == ["4", "3", "4", "2", "", "", "", "", ""]
    press(page, "Restart")
    assert output_of(page) == ["4", "", "", "", "", "", "", "", ""]


def test_a_click_on_an_output_cell_goes_there(page_of):
    page = page_of(draw.player(IMAGE, KERNEL))
    page.locator("table.output td").nth(5).click()
    assert state_of(page)["output"] == [[1, 2]]


def test_it_works_by_keyboard_alone(page_of):
    page = page_of(draw.player(IMAGE, KERNEL))
    names = []
    for _ in range(4):  # "Back" is disabled at first, and skipped
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) == "solid"
    assert names == ["Restart", "Play", "One step forward", "Position of the window"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert state_of(page)["output"] == [[0, 2]]
    slider = page.get_by_role("slider")
    assert slider.get_attribute("aria-valuetext") == "output row 0, column 2: 4"
    page.keyboard.press("End")
    assert state_of(page)["output"] == [[2, 2]]
    page.keyboard.press("Home")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert state_of(page)["output"] == [[0, 2]]


def test_the_sum_is_read_out_at_each_step_but_not_while_it_plays(page_of):
    page = page_of(draw.player(IMAGE, KERNEL, seconds=5))
    assert page.locator(".sum").get_attribute("aria-live") == "polite"
    press(page, "Play")
    assert page.locator(".sum").get_attribute("aria-live") == "off"
    press(page, "Pause")
    assert page.locator(".sum").get_attribute("aria-live") == "polite"


def test_two_on_a_page_do_not_disturb_each_other(page_of):
    page = page_of(draw.player(IMAGE, KERNEL), draw.player(IMAGE, KERNEL))
    press(page, "One step forward", at=1)
    press(page, "One step forward", at=1)
    assert output_of(page, 0)[:3] == ["4", "", ""]
    assert output_of(page, 1)[:3] == ["4", "3", "4"]
    press(page, "One step forward", at=0)
    assert output_of(page, 0)[:3] == ["4", "3", ""]
    assert output_of(page, 1)[:3] == ["4", "3", "4"]


def test_it_starts_when_a_notebook_puts_it_into_an_open_page(page_of):
    # JupyterLab sets innerHTML and makes the scripts anew; some hosts do so before the
    # element is in the page.
    page = page_of(body="<main></main>")
    page.evaluate(
        """(html) => {
        const host = document.createElement("div");
        host.innerHTML = html;
        for (const old of host.querySelectorAll("script")) {
            const script = document.createElement("script");
            script.textContent = old.textContent;
            old.replaceWith(script);
        }
        document.querySelector("main").append(host);
        }""",
        draw.player(IMAGE, KERNEL)._repr_html_(),
    )
    press(page, "One step forward")
    assert output_of(page)[:3] == ["4", "3", ""]


def test_without_scripts_the_first_window_and_the_whole_result_show(page_of):
    page = page_of(draw.player(IMAGE, KERNEL), java_script_enabled=False)
    assert output_of(page) == ["4", "3", "4", "2", "4", "3", "2", "3", "4"]
    assert page.locator("table.image td.on").count() == 9
    assert "= 4" in page.locator(".sum").inner_text()
    expect(page.get_by_role("button")).to_have_count(0)


def test_the_first_sum_is_the_same_without_and_with_scripts(page_of):
    players = [draw.player(*case) for case in CASES.values()]
    still, moving = page_of(*players, java_script_enabled=False), page_of(*players)
    inner = "sums => sums.map(sum => sum.innerHTML)"
    sums = still.locator(".sum").evaluate_all(inner)
    assert len(sums) == len(CASES)
    assert sums == moving.locator(".sum").evaluate_all(inner)


def test_what_is_never_read_is_hatched_and_named(page_of):
    page = page_of(draw.player(*CASES["does not fit"]))
    unread = page.locator("table.image td.unread")
    assert unread.count() == 13
    assert "gradient" in unread.first.evaluate("td => getComputedStyle(td).background")
    assert page.locator(".notes").inner_text() == "never read: row 6 and column 6"


def test_padding_is_marked(page_of):
    page = page_of(draw.player(*CASES["padded"]))
    assert page.locator("table.image td.padding").count() == 28
    assert page.locator(".sum .from-padding").count() == 5
    assert page.locator("table.image caption").inner_text() == "image 6 × 6 → 8 × 8"


@pytest.mark.parametrize(
    "player",
    [
        draw.player(IMAGE, KERNEL),
        draw.player(np.ones((7, 7)), KERNEL, padding=1),
        draw.player(np.full((9, 9), 0.25), np.full((5, 5), -0.125)),
        draw.player(np.full((18, 18), 1000), KERNEL, padding=1),
    ],
    ids=repr,
)
def test_a_phone_need_not_scroll_sideways(page_of, player):
    page = page_of(player, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_wide_table_scrolls_along_with_the_window(page_of):
    page = page_of(draw.player(np.full((4, 18), 1000), KERNEL), width=360)
    for at in [15, 0]:
        page.locator("input").fill(str(at))
        window = page.locator("table.image td.on").nth(1).bounding_box()
        assert 0 <= window["x"] <= 360 - window["width"]


def test_a_step_does_not_move_the_buttons(page_of):
    page = page_of(draw.player(*CASES["padded"]), width=360)
    before = page.get_by_role("button", name="Play").bounding_box()
    for _ in range(8):
        press(page, "One step forward")
        assert page.get_by_role("button", name="Play").bounding_box() == before


def test_motion_is_left_out_for_those_who_ask(page_of):
    page = page_of(draw.player(IMAGE, KERNEL), reduced_motion="reduce")
    cell = page.locator("table.image td").first
    assert cell.evaluate("td => getComputedStyle(td).transitionDuration") == "0s"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("case", ["does not fit", "padded", "decimals"])
def test_it_is_accessible_in_both_themes(page_of, theme, case):
    page = page_of(
        draw.player(*CASES[case]), theme=theme, reduced_motion="reduce", width=360
    )
    background = page.locator(".convbook-player").evaluate(
        "root => getComputedStyle(root).backgroundColor"
    )
    assert (sum(map(int, re.findall(r"\d+", background))) > 380) == (theme == "light")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "best-practice"]}
    found = Axe().run(page, context=".convbook-player", options=rules)
    assert found.violations_count == 0, found.generate_report()
