"""Chapter 8 counts the published networks rightly, and its words follow its prints."""

import re

import numpy as np
import pytest

from tests.chapters.reading import numbers


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("08-architectures")


@pytest.fixture(scope="module")
def ledger(chapter):
    """Give the differences, the mean and the verdict of each comparison."""
    rows = {}
    for line in chapter.text("ledger-table").splitlines()[1:]:
        idea, rest = line[:27].strip(), line[27:]
        found = re.findall(r"[+-]\s*\d+\.\d", rest)
        *differences, mean = (float(n.replace(" ", "")) for n in found)
        rows[idea] = np.array(differences), mean, re.search(r"[a-z].*$", rest)[0]
    return rows


def test_the_run_is_short_and_says_so(chapter):
    assert chapter.text("scale").startswith("Short run")
    assert "(4000, 1, 28, 28) (1000, 1, 28, 28)" in chapter.text("pictures")


def test_the_rule_errs_one_time_in_twelve(chapter):
    rule, signs = (n / 100 for n in numbers(chapter.text("rule-chance-measured")))
    assert rule == pytest.approx(1 / 12, abs=0.01)
    assert signs == pytest.approx(1 / 4, abs=0.01)


def test_every_idea_is_compared_in_pairs_with_three_seeds(ledger):
    assert len(ledger) == 14
    for idea in ["LeNet", "AlexNet", "VGG", "GoogLeNet", "ResNet", "Xception", "SENet"]:
        assert any(name.startswith(idea) for name in ledger), idea
    for differences, mean, _ in ledger.values():
        assert len(differences) == 3
        assert mean == pytest.approx(differences.mean(), abs=0.11)


def test_a_verdict_needs_a_mean_beyond_the_range(ledger):
    for idea, (differences, mean, verdict) in ledger.items():
        margin = abs(mean) - np.ptp(differences)
        if margin > 0.2:  # rounded to a tenth, so not at the very edge
            assert verdict == ("ahead" if mean > 0 else "behind"), idea
        elif margin < -0.2:
            assert verdict == "no difference beyond the spread", idea


def compared(chapter, cell):
    """Give parameters and work of each network that a cell compares."""
    rows = re.findall(r"^(\S.{21})\s*([\d,]+) +([\d,]+) ", chapter.text(cell), re.M)
    return [[int(n.replace(",", "")) for n in row[1:]] for row in rows]


@pytest.mark.parametrize(
    "cell",
    [
        "lenet-blocks",
        "activations",
        "dropout-compared",
        "augmentation-compared",
        "vgg-compared",
        "inception-compared",
        "resnet-compared",
        "senet-compared",
    ],
)
def test_what_is_compared_has_about_as_many_parameters(chapter, cell):
    found = compared(chapter, cell)
    assert len(found) in (2, 4, 6)
    for (first, _), (second, _) in zip(found[::2], found[1::2], strict=True):
        assert second == pytest.approx(first, rel=0.05)


def test_separable_layers_are_compared_at_equal_width_and_at_equal_parameters(chapter):
    wide, apart, narrow, again = (
        row[0] for row in compared(chapter, "xception-compared")
    )
    assert apart == again
    assert wide > 5 * apart
    assert narrow == pytest.approx(apart, rel=0.05)


def test_a_small_lenet_does_over_ten_times_the_work(chapter):
    (_, dense), (_, shared) = compared(chapter, "lenet-blocks")
    assert shared > 10 * dense


def test_the_sigmoid_loses_and_its_gradient_vanishes(chapter, ledger):
    assert ledger["AlexNet: no sigmoid"][2] == "ahead"
    assert ledger["AlexNet: no sigmoid"][0].min() > 20
    rows = re.findall(r"^(\w+) +(\d.*)$", chapter.text("activations-gradients"), re.M)
    norms = {name: [float(n) for n in row.split()] for name, row in rows}
    assert norms["sigmoid"][0] < 1e-2 * norms["sigmoid"][-1]
    assert norms["tanh"][0] > 0.05 * norms["tanh"][-1]


def test_three_small_filters_see_as_far_as_a_large_one_with_fewer_weights(chapter):
    seven, three = (
        numbers(line)[-2:] for line in chapter.text("vgg-count").splitlines()[1:]
    )
    assert seven == [7, 49 * 64 * 64]
    assert three == [7, 27 * 64 * 64]


def test_a_bottleneck_saves_nine_tenths(chapter):
    text = chapter.text("googlenet-bottleneck")
    assert "120,422,400" in text
    assert "12,443,648" in text
    assert "90%" in text
    assert "(1, 32, 14, 14)" in chapter.text("inception-define")


def test_the_skip_connection_costs_nothing_and_decides_deep_networks(chapter, ledger):
    plain, residual = (
        line.split()[1:] for line in chapter.text("resnet-block").splitlines()
    )
    assert plain == residual
    for depth in (21, 41):
        differences, _, verdict = ledger[f"ResNet: {depth} layers"]
        assert verdict == "ahead"
        assert differences.min() > 10
    rows = re.findall(
        r"^plain, (\d+) layers.*?((?: +\d+\.\d)+)$",
        chapter.text("resnet-compared"),
        re.M,
    )
    means = [np.mean(numbers(row)) for _, row in rows]
    assert [int(depth) for depth, _ in rows] == [5, 21, 41]
    assert means[0] > means[1] > means[2]


def test_gradients_die_without_skips_grow_with_norms_and_stay_level_with_skips(chapter):
    rows = re.findall(
        r"^(\S.{21}) +(\d\S*) +(\d\S*) +(\d\S*)$",
        chapter.text("resnet-gradients"),
        re.M,
    )
    found = {name.strip(): (float(a), float(b), float(c)) for name, a, b, c in rows}
    first, last, _ = found["plain"]
    assert first < 1e-6 * last
    first, last, ratio = found["plain + batch norm"]
    assert first > 3 * last
    assert ratio > 20
    assert found["residual"][2] < 30
    assert found["residual + batch norm"][2] < 10
    assert chapter.images("resnet-gradients")


def test_equal_width_costs_separable_layers_accuracy(ledger):
    assert ledger["Xception: equal width"][1] < 0


def test_alexnet_and_googlenet_are_counted_to_the_last_parameter(chapter):
    text = chapter.text("alexnet-counted")
    assert "60,965,224  724,406,816" in text
    assert "37,752,832" in text
    text = chapter.text("googlenet-counted")
    assert "6,998,552 parameters, 1,58" in text
    rows = chapter.text("counted-by-torch").splitlines()
    assert numbers(rows[0]) == [60_965_224, 724_406_816]
    assert numbers(rows[1])[0] == 6_998_552


def test_kerass_networks_have_their_published_counts_and_fields(chapter):
    rows = {}
    for line in chapter.text("survey-run").splitlines()[1:]:
        rows[line[:16].strip()] = numbers(line[16:])
    assert {name: row[0] for name, row in rows.items()} == {
        "AlexNet": 60_965_224,
        "GoogLeNet": 6_998_552,
        "VGG-16": 138_357_544,
        "ResNet-50": 25_636_712,
        "Xception": 22_910_480,
        "Inception v3": 23_851_784,
        "EfficientNet-B0": 5_330_571,
    }
    # The fields that Araujo, Norris and Sim (2019) give.
    fields = {name: row[2] for name, row in rows.items()}
    assert fields["AlexNet"] == 195
    assert fields["VGG-16"] == 212
    assert fields["ResNet-50"] == 483
    assert fields["Inception v3"] == 1311
    assert rows["VGG-16"][1] == 15_470_264_320
    assert min(fields, key=fields.get) == "AlexNet"


def test_the_profiler_finds_a_little_more(chapter):
    assert "WARNING" not in chapter.text("survey-checked")
    ratios = re.findall(r"(\d\.\d+) of our count", chapter.text("survey-checked"))
    assert len(ratios) == 5
    assert all(1 <= float(ratio) < 1.06 for ratio in ratios)


def test_the_two_counts_of_resnet_50_are_explained(chapter):
    text = chapter.text("resnet-count-apart")
    for number in ("25,636,712", "25,557,032", "53,120", "26,560"):
        assert number in text


def test_the_accuracy_figure_is_drawn(chapter):
    assert chapter.images("accuracy-drawn")


def test_the_weights_of_efficientnet_load_and_are_counted(chapter):
    assert "4,652,008 parameters, 385,187,552" in chapter.text("imagenet-loaded")


def test_four_photographs_get_sensible_classes(chapter):
    text = " ".join(chapter.text("imagenet-top5").split())
    listed = dict(
        re.findall(
            r"(camera|cat|china|flower): (.*?)(?= (?:cat|china|flower): |$)", text
        )
    )
    assert "tripod" in listed["camera"]
    assert re.search("Egyptian cat|tabby|tiger cat", listed["cat"])
    assert re.search("palace|bell cote|monastery", listed["china"])
    assert "daisy" in listed["flower"]
    assert all(len(re.findall(r"\d+%", row)) == 5 for row in listed.values())
    assert len(chapter.text("imagenet-astronaut").splitlines()) >= 5


def test_filters_and_maps_are_drawn(chapter):
    for cell in (
        "imagenet-filters",
        "imagenet-maps",
        "augmentation-drawn",
        "ledger-drawn",
    ):
        assert chapter.images(cell), cell
    idle, filters = numbers(chapter.text("imagenet-filters"))[:2]
    assert 1 < idle < filters == 32


def test_what_needs_a_gpu_is_measured_there_or_said_to_be_unmeasured(chapter):
    text = chapter.text("practice-gpu-measured")
    assert "not measured" in text or "s a step" in text


def test_the_profile_adds_up_and_the_log_is_json(chapter):
    shares = re.findall(r"^ *(\d+)%", chapter.text("practice-profile"), re.M)
    assert len(shares) == 6
    assert sum(map(int, shares)) <= 102
    assert '"ResNet: 21 layers"' in chapter.text("practice-logged")


def test_the_larger_record_bears_out_what_the_page_says_of_it(chapter):
    text = chapter.text("practice-recorded")
    rows = dict(re.findall(r"^(.+?) {2,}[-+\d. ]+ (ahead|behind|no .*)$", text, re.M))
    ahead = ("AlexNet: no sigmoid", "ResNet: 41 layers")
    for idea in (*ahead, "LeNet: filters", "VGG: three 3×3"):
        assert rows[idea] == "ahead"
    for other in ("3×3", "5×5"):
        assert rows[f"GoogLeNet: against {other}"] == "ahead"
    undecided = ("ResNet: 21 layers", "AlexNet: dropout", "AlexNet: augmentation")
    for idea in (*undecided, "SENet: gates"):
        assert rows[idea] == "no difference beyond the spread"
    assert rows["Xception: equal width"] == "behind"
