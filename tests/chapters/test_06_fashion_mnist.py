"""Chapter 6 shows the lecture's figures, and what it says about them is so."""

import math
import re
from types import SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

from convbook import draw, runs
from tests.chapters.reading import numbers
from tools.notebooks import ROOT


@pytest.fixture(scope="module")
def chapter(executed):
    return executed("06-fashion-mnist")


@pytest.fixture(scope="module")
def source():
    """Give a cell's source by its id, without running anything."""
    notebook = nbformat.read(str(ROOT / "chapters" / "06-fashion-mnist.ipynb"), 4)
    return {cell.id: cell.source for cell in notebook.cells}


def rows(text):
    """Read printed rows: a name, two spaces or more, numbers with or without commas."""
    found = re.findall(r"^(\S.*?) {2,}(\S.*)$", text, re.MULTILINE)
    return {name: numbers(rest) for name, rest in found}


def test_the_scale_and_the_data_are_named(chapter):
    text = chapter.text("scale-chosen")
    assert text.startswith("Short run")
    assert "4,000 training and 1,000 test pictures" in text


def test_imshow_takes_each_pictures_own_limits_unless_told(chapter):
    whole, half, fixed = chapter.text("imshow-limits").splitlines()[:3]
    assert whole.endswith("black is 0, white is 255")
    assert half.endswith("black is 0, white is 127.5")
    assert fixed.endswith("black is 0, white is 255")


def test_only_the_training_set_comes_out_with_mean_0_and_deviation_1(chapter):
    found = {}
    for line in chapter.text("standardise-sets").splitlines():
        name, *_, mean, _, deviation = line.split()
        found[name] = float(mean), float(deviation)
    assert found["train"] == pytest.approx((0, 1), abs=0.002)  # one pixel never varies
    for name in ("valid", "test"):
        assert found[name] != found["train"]
        assert found[name] == pytest.approx((0, 1), abs=0.1)


def test_standardising_by_hand_and_in_three_frameworks(chapter):
    text = chapter.text("standardise-by-hand")
    assert numbers(text)[:2] == [4, 1.414]
    assert numbers(text)[2:] == pytest.approx([-math.sqrt(2), 0, 0, math.sqrt(2)], 1e-3)
    assert "agree" in chapter.text("standardise-frameworks")


def test_a_leak_hides_in_many_pictures_and_most_of_it_is_no_leak_in_thirty(chapter):
    text = chapter.text("leak-measured")
    rows = re.findall(
        r"^  (.+?) +(0\.\d+) ± (0\.\d+), in pairs ([-+]0\.\d+), better (\d+) of (\d+)$",
        text,
        re.MULTILINE,
    )
    assert [row[0] for row in rows[:3]] == [row[0] for row in rows[3:]]
    gains, better, seeds = ([float(row[k]) for row in rows] for k in (3, 4, 5))
    assert max(map(abs, gains[:3])) < 0.005  # with all pictures
    control, leaked = gains[4:]
    assert min(control, leaked) > 0.01
    assert min(better[4:]) >= 8
    assert seeds[4:] == [10, 10]
    assert control > 0.7 * leaked  # the unlabelled training pictures bring most of it


def test_a_set_standardised_by_itself_loses_what_it_shares(chapter):
    found = rows(chapter.text("leak-own"))
    assert found["the test set"][0] == pytest.approx(found["the test set"][2], abs=0.02)
    assert found["trousers alone"][0] > 0.9 > 0.7 > found["trousers alone"][2]
    dark = found["at half brightness"]
    assert dark[2] > dark[0] + 0.05


def test_the_networks_have_the_lectures_parameters_layer_by_layer(chapter):
    lines = chapter.text("build-count-table").splitlines()[1:]
    counts = [int(line.split()[-1].replace(",", "")) for line in lines]
    assert [n for n in counts if n] == [
        3_200,
        73_856,
        147_584,
        295_168,
        590_080,
        295_040,
        8_256,
        650,
        1_413_834,
    ]
    assert [line.split()[1] for line in lines if line.startswith("pool")] == [
        "14×14×64",
        "7×7×128",
        "3×3×256",
    ]
    assert "128 (3, 3) same relu\n64 (7, 7) same relu" in chapter.text("build-partial")


def test_the_work_is_counted(chapter):
    found = rows(chapter.text("work-count"))
    convolutions = [(28, 7, 1, 64), (14, 3, 64, 128), (14, 3, 128, 128)]
    convolutions += [(7, 3, 128, 256), (7, 3, 256, 256)]
    work = sum(side**2 * f**2 * i * o for side, f, i, o in convolutions)
    work += 2304 * 128 + 128 * 64 + 64 * 10
    assert found["lecture's CNN"] == [1_413_834, work]
    assert found["lecture's MLP"] == [266_610, 784 * 300 + 300 * 100 + 100 * 10]
    shares = re.findall(r"^(\S+) .* (\d+\.\d)%$", chapter.text("cheaper-where"), re.M)
    shares = {name: float(share) for name, share in shares}
    assert {name for name, share in shares.items() if share > 30} == {"conv3", "conv5"}
    assert sum(shares[name] for name in ("dense1", "dense2", "dense3")) < 1


def test_the_lectures_table_of_times_comes_from_records(chapter):
    text = chapter.text("work-table")
    found = rows(text)
    assert found["an epoch, lecture (s)"] == [6, 11]
    assert found["epochs"] == [30, 10]
    mlp, cnn = found["an epoch, here (s)"]
    assert 20 < cnn / mlp < 336
    assert found["ten pictures, here (ms)"][1] > found["ten pictures, here (ms)"][0]
    slower, work = map(int, re.search(r"here: (\d+) .* for (\d+)", text).groups())
    assert work == 336 > 2 * slower


def test_four_optimisers_are_those_of_two_frameworks(chapter):
    text = chapter.text("optimiser-equal")
    assert text.count("the same in NumPy, Keras and PyTorch") == 4
    walks = chapter.text("optimiser-walk").splitlines()[1:]
    for line in walks:
        *_, early, _, late = numbers(line)
        assert late < early / 2, line
    assert chapter.images("optimiser-drawn")


def test_the_sampling_error_of_the_formula_is_that_of_test_sets_drawn_anew(chapter):
    lines = chapter.text("chance-sampling").splitlines()
    assert numbers(lines[2])[1:] == [0.009, 0.003]
    for line in lines[3:]:
        _, formula, drawn = numbers(line)
        assert drawn == pytest.approx(formula, rel=0.1)
    apart, paired = (
        numbers(x)[-1] for x in chapter.text("chance-pairs").splitlines()[2:]
    )
    assert paired < apart


def test_a_regulariser_punishes_and_a_constraint_forbids(chapter):
    penalties = re.findall(r"adds ([\d.]+)", chapter.text("punish-run"))
    assert float(penalties[1]) == 0.06  # six biases of 1
    assert all(float(p) > 0 for p in penalties)
    assert "leaves 0.998" in chapter.text("punish-decay")
    rows = dict(
        (name, (float(least), float(longest)))
        for name, least, longest in re.findall(
            r"^(\S+) +(-?\d\.\d+) +(\d\.\d+)$",
            chapter.text("forbid-run"),
            re.M,
        )
    )
    assert rows["none"][0] < 0 < rows["none"][1] - 1
    assert rows["non_neg"][0] == 0
    assert rows["MaxNorm(1)"][1] == 1


def test_the_short_run_learns_and_is_named_short(chapter):
    lines = chapter.text("train-run").splitlines()[1:]
    table = np.array([[float(n) for n in line.split()] for line in lines])
    assert table[:, 0].tolist() == [1, 2]
    loss, accuracy, val_accuracy = table[:, 1], table[:, 2], table[:, 4]
    assert loss[1] < loss[0]
    assert accuracy[0] < val_accuracy[0]  # what the prose says of the first epoch
    assert val_accuracy[1] > 0.5
    text = chapter.text("train-test")
    assert text.startswith("A short run, 3,000 pictures")
    cnn, mlp_short, mlp_long = (
        float(x) for x in re.findall(r", .*: (0\.\d+)$", text, re.M)[-3:]
    )
    assert 0.5 < cnn < mlp_short  # with as many epochs
    assert cnn < mlp_long
    assert val_accuracy[1] > val_accuracy[0] + 0.02  # still climbing


def test_the_lectures_accuracies_stand_beside_the_measured_ones(chapter):
    text = chapter.text("measured-table")
    assert "CNN: lecture 0.9038, measured" in text
    assert "MLP: lecture 0.8827, measured" in text
    assert chapter.images("measured-curves")


def test_dropout_acts_in_training_alone_and_slows_learning_by_heart(chapter):
    lines = chapter.text("dropout-ones").splitlines()
    drawn = [set(line.split(":")[1].split()) for line in lines[:4]]
    assert drawn == [{"0", "2"}, {"1"}, {"0", "2"}, {"1"}]
    assert numbers(lines[4])[-1] == pytest.approx(1, abs=0.02)
    off, on = (numbers(x) for x in chapter.text("dropout-measured").splitlines()[1:])
    assert (off[0], on[0]) == (0, 0.5)
    assert off[1] > 0.99
    assert on[1] < off[1]
    assert on[1] - on[3] < off[1] - off[3]  # the gap shrinks


def test_filters_and_maps_are_those_of_the_layers(chapter):
    text = chapter.text("inside-filters")
    assert text.count("64 filters of 7×7") == 2
    short, full = map(float, re.findall(r"start: (\d\.\d+)", text))
    assert 0.5 < full < short < 1  # also a full run leaves most of the start
    counts = re.findall(r"conv\d: (\d+) maps", chapter.text("inside-maps"))
    assert counts == ["64", "128", "128", "256", "256"]


def test_shirts_are_the_hard_class_and_trousers_and_boots_easy(chapter):
    shares = dict(
        re.findall(r"^(.+?) +(\d+)%$", chapter.text("confused-list"), re.MULTILINE)
    )
    shares = {name: int(share) for name, share in shares.items()}
    assert len(shares) == 10
    assert min(shares, key=shares.get) == "Shirt"
    assert set(sorted(shares, key=shares.get)[-2:]) == {"Trouser", "Ankle boot"}
    mistakes, sleeves, shirts = numbers(chapter.text("confused-list").splitlines()[-1])
    assert mistakes / 2 < sleeves < mistakes
    assert shirts == 100 - shares["Shirt"]
    assert numbers(chapter.text("confused-shown"))[0] == 100 - shares["Shirt"]


def test_new_layers_and_losses_are_equal_in_three_frameworks(chapter):
    assert "after: [0. 0. 0. 0.]" in chapter.text("norm-three")
    keras, torch = chapter.text("norm-momentum").splitlines()
    assert numbers(keras)[1] == pytest.approx(100 * 0.99**60, abs=0.1)
    assert numbers(torch)[1] == pytest.approx(100 * 0.9**60, abs=0.1)
    for line in chapter.text("cycle-drawn").splitlines()[:2]:
        first, peak, last = numbers(line)
        assert (first, peak) == (0.00016, 0.004)
        assert last < 1e-5
    text = chapter.text("smoothing-three")
    assert sorted(numbers(text)[:10]) == [0.01] * 9 + [0.91]
    assert "PyTorch gives Keras's probabilities" in chapter.text("torch-equal-shown")


def test_a_fiftieth_of_the_work_is_counted(chapter):
    text = chapter.text("recipe-counted")
    assert rows(text)["lecture's CNN"][1] == 89_466_496
    assert float(re.search(r"in place of 10: 1/(\d+)", text)[1]) >= 50
    (_, few, recipe), (_, many, lecture), (_, most, mlp) = (
        numbers(x) for x in chapter.text("recipe-run").splitlines()[1:]
    )
    assert most > many > 3 * few
    assert mlp > recipe > lecture


def test_the_ablation_gains_step_by_step_on_less_work(chapter):
    lines = chapter.text("ablation-run").splitlines()
    assert lines[0] == "A short run, 3,000 pictures"
    found = re.findall(
        r"^(.+?) +(\d) +\d+ +1/(\d+) +(0\.\d+)(?: ± (0\.\d+)|  1 run)$",
        "\n".join(lines[2:]),
        re.MULTILINE,
    )
    assert len(found) == 7
    assert found[0][0] == "lecture's CNN"
    assert not found[0][4]  # one run has no spread
    assert all(spread for *_, spread in found[1:])
    assert all(int(part) >= 20 for _, _, part, _, _ in found[1:])
    mean = {name: float(m) for name, _, _, m, _ in found}
    assert mean["+ one-cycle, AdamW"] > mean["3 convolutions"] > mean["lecture's CNN"]
    # Several points here, one in the full run.
    assert mean["+ batch norm"] > mean["3 convolutions"] + 0.03
    # A quarter of the steps costs accuracy in a short run.
    assert mean["+ batches of 128"] < mean["+ batch norm"] - 0.01
    assert max(mean, key=mean.get) == "+ twice the epochs"


def test_the_nadam_of_keras_is_pytorchs_with_another_momentum(chapter):
    rows = re.findall(r"^(\S.+?) +(\[.+\])$", chapter.text("nadam-three"), re.MULTILINE)
    (_, keras_steps), (_, same), (old, other) = rows
    assert old == "PyTorch, k = 0.004"
    assert keras_steps == same != other


def run_of(accuracy, seed, name=None):
    epoch = {"loss": 1 - accuracy, "val_accuracy": accuracy - 0.001, "cpu_seconds": 3.8}
    one = {"seed": seed, "test_accuracy": accuracy, "valid_accuracy": accuracy}
    one |= {"epochs": [epoch] * 10, "cpu_seconds": 38.0}
    return one | ({"name": name} if name else {})


@pytest.mark.parametrize("seeds", [0, 1, 3])
def test_cells_that_read_records_work_for_any_number_of_runs(source, seeds, capsys):
    trials = {"fashion-mnist-choice", "fashion-mnist-ablation"}

    def read(name):
        if seeds == 0:
            return None
        found = [
            run_of(0.9 + 0.002 * seed, seed, kind)
            for kind in (["this", "that"] if name in trials else [None])
            for seed in range(seeds)
        ]
        return {"what": "a run", "machine": "two cores", "runs": found}

    namespace = {
        "runs": SimpleNamespace(read=read),
        "run": SimpleNamespace(scale="short"),
        "history": {"val_accuracy": [0.5, 0.7]},
        "np": np,
        "plt": plt,
        "draw": draw,
    }
    said = {}
    for cell in [
        "record-reader",
        "measured-table",
        "measured-curves",
        "choose-recorded",
        "ablation-recorded",
        "recorded-keras-runs",
    ]:
        exec(source[cell], namespace)
        said[cell] = capsys.readouterr().out
    plt.close("all")
    if seeds == 0:
        assert said["measured-table"].count("no full run is recorded yet") == 2
        for cell in ("choose-recorded", "ablation-recorded"):
            assert said[cell] == "No full trials are recorded yet.\n"
        return
    assert said["recorded-keras-runs"].count("38 s of processor time") == seeds
    spread = " ± 0.0020 (3 seeds)" if seeds == 3 else " (1 seed)"
    mean = 0.9 + 0.001 * (seeds - 1)
    assert f"measured {mean:.4f}{spread}" in said["measured-table"]
    verdicts = re.findall(r"the lecture's is (\w+)$", said["measured-table"], re.M)
    assert verdicts == (["inside", "outside"] if seeds == 3 else [])
    assert f"full runs drawn: {seeds}" in said["measured-curves"]
    assert said["choose-recorded"].count(spread) == 2
    assert said["ablation-recorded"].count(spread) == 3  # and the lecture's


@pytest.mark.parametrize("seeds", [0, 1, 3])
def test_the_recipes_time_is_read_from_its_record(source, seeds, capsys):
    recipes = [
        {"seed": seed, "test_accuracy": 0.903 + 0.001 * seed}
        | {"seconds": 25.0, "cpu_seconds": 50.0}
        for seed in range(seeds)
    ]
    record = {
        "data": "clothes",
        "machine": "two cores",
        "lecture": [
            {"seconds": 1_245.0, "cpu_seconds": 2_490.0},
            {"seconds": 1_255.0, "cpu_seconds": 2_510.0},
        ],
        "runs": recipes,
        "ratios": {"seconds": [100.0] * seeds},
    }
    read = {"fashion-mnist-time-to-accuracy": record}.get if seeds else {}.get
    exec(source["recorded-recipe"], {"runs": SimpleNamespace(read=read), "np": np})
    said = capsys.readouterr().out
    if not seeds:
        assert said == "No full run is recorded yet.\n"
        return
    assert re.search(r"^lecture, 2 ep\. +2,500 s +5,000 s$", said, re.MULTILINE)
    found = re.findall(r"^recipe, .* 25 s +50 s +100 +(0\.90\d+)$", said, re.MULTILINE)
    assert [float(x) for x in found] == [one["test_accuracy"] for one in recipes]
    assert f"0.9038 or better: {seeds - 1} of {seeds}" in said


def figures(record, what):
    """Give one figure of a record's runs, by the run's name where it has one."""
    found = {}
    for one in runs.read(record)["runs"]:
        found.setdefault(one.get("name"), []).append(one[what])
    return {name: np.array(values) for name, values in found.items()}


def test_what_the_chapter_says_of_the_full_runs_is_on_record():
    (lecture,) = figures("fashion-mnist-lecture", "test_accuracy").values()
    assert len(lecture) >= 3
    assert 0 < 0.9038 - max(lecture) < max(lecture) - min(lecture)
    (mlp,) = figures("fashion-mnist-mlp", "test_accuracy").values()
    assert min(mlp) < 0.8827 < max(mlp)
    (old,) = runs.read("fashion-mnist-lecture-2019")["runs"]
    assert old["test_accuracy"] == 0.8966
    assert min(lecture) < old["test_accuracy"] < max(lecture)
    assert min(lecture) < 0.8983 < max(lecture)  # of the other course's page
    record = runs.read("fashion-mnist-time-to-accuracy")
    assert len(record["lecture"]) == 10
    assert len(record["runs"]) == 5
    for one in record["runs"]:
        assert one["test_accuracy"] >= 0.9038
        spent = sum(epoch["seconds"] for epoch in record["lecture"])
        assert spent / one["seconds"] > 60


def test_the_page_on_nadam_prints_the_records_and_says_what_they_bear(source):
    page = (ROOT / "guides" / "nadam.md").read_text("utf-8")
    now = runs.read("fashion-mnist-lecture")["runs"]
    (old,) = runs.read("fashion-mnist-lecture-2019")["runs"]
    table = re.findall(
        r"^\| (\d+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) to ([\d.]+) \| ([\d.]+) \|$",
        page,
        re.MULTILINE,
    )
    assert [int(row[0]) for row in table] == [1, 2, 3, 4, 8, 9, 10]
    faster = []
    for row in table:
        epoch, slide, other, least, most, then = map(float, row)
        losses = [one["epochs"][int(epoch) - 1]["loss"] for one in now]
        assert (least, most) == (min(losses), max(losses))
        assert then == old["epochs"][int(epoch) - 1]["loss"]
        assert other > slide
        if slide < min(least, then):
            faster.append(epoch)
    assert faster == [1, 2, 3, 4, 8, 9]
    (same,) = [one for one in now if one["seed"] == old["seed"]]
    epochs = list(zip(old["epochs"], same["epochs"], strict=True))
    assert sum(then["loss"] < today["loss"] for then, today in epochs) == 9
    accuracies = [one["test_accuracy"] for one in now]
    for figure in (min(accuracies), max(accuracies), old["test_accuracy"]):
        assert f"{figure:.4f}" in page


def test_what_the_chapter_says_of_the_full_ablation_is_on_record():
    found = figures("fashion-mnist-ablation", "test_accuracy")
    plain, norm, batches, cycle, smoothing, longer = found.values()
    (lecture,) = figures("fashion-mnist-lecture", "test_accuracy").values()
    assert min(lecture) < max(plain)
    assert min(plain) < max(lecture)
    assert plain.mean() < lecture.mean()
    assert min(norm) > max(lecture)
    # In pairs batches of 128 lose each time, twice by less than the sampling error.
    assert (batches < norm).all()
    assert sorted(norm - batches)[1] < 0.003
    assert min(norm) > max(plain)
    assert min(cycle) > max(batches)
    gains = norm.mean() - plain.mean(), cycle.mean() - batches.mean()
    assert all(0.008 < gain < 0.016 for gain in gains)
    assert min(smoothing) < max(cycle)
    assert min(cycle) < max(smoothing)
    assert min(longer) > max(smoothing)


def test_a_higher_peak_did_at_least_as_well_at_each_size():
    accuracy, seconds = (
        {
            name: found.mean()
            for name, found in figures("fashion-mnist-choice", what).items()
        }
        for what in ("valid_accuracy", "cpu_seconds")
    )
    sizes = ["16-32-64", "24-48-96", "32-64-128"]
    for size in sizes:
        assert accuracy[f"{size}, peak 0.008"] >= accuracy[f"{size}, peak 0.004"]
    small, own = f"{sizes[0]}, peak 0.008", f"{sizes[1]}, peak 0.004"
    assert accuracy[small] >= accuracy[own]
    assert seconds[small] < 0.6 * seconds[own]


def test_the_benchmarks_can_take_networks_and_training_out_of_the_chapter(source):
    namespace = {}
    exec(source["imports"], namespace)
    cells = ["lecture-network", "lecture-mlp", "recipe-keras", "recipe-torch"]
    for cell in [*cells, "ablation-step", "ablation-steps"]:
        exec(source[cell], namespace)
    assert callable(namespace["step"])
    assert list(namespace["steps"])[-1] == "+ twice the epochs"
    assert namespace["lecture_network"]().count_params() == 1_413_834
    assert namespace["lecture_mlp"]().count_params() == 266_610
    conv1 = namespace["lecture_network"]().get_layer("conv1")
    assert type(conv1.kernel_initializer).__name__ == "GlorotUniform"
    x = np.random.default_rng(0).normal(size=(6, 28, 28, 1)).astype("float32")
    y = np.arange(6)
    model = namespace["recipe_network"](filters=(2, 3, 4))
    namespace["train_recipe"](model, x, y, 1, batch_size=4)
    assert model.predict(x, verbose=0).shape == (6, 10)
    net = namespace["RecipeNet"](filters=(2, 3, 4))
    namespace["train_torch"](net, x, y, 1, batch_size=4)
    torch = namespace["torch"]
    assert net(torch.tensor(x).permute(0, 3, 1, 2)).shape == (6, 10)
    weights = [sum(p.numel() for p in net.parameters())]
    weights.append(sum(math.prod(w.shape) for w in model.trainable_weights))
    assert weights[0] == weights[1]
    plt.rcdefaults()
