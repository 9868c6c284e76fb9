#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "fixtures.hpp"

using namespace metaface;

namespace {

/// Three minutes of speech, which are animated in several blocks.
Sound long_sound() {
    const Sound line = Sound::open(::line());
    std::vector<float> samples;
    while (samples.size() < 180 * Sound::rate) {
        samples.insert(samples.end(), line.samples(), line.samples() + line.size());
    }
    return Sound::from_samples(samples.data(), samples.size(), Sound::rate);
}

}  // namespace

TEST_CASE("progress rises until the end") {
    const Sound sound = long_sound();
    std::vector<double> fractions;
    animator().animate(sound, {}, [&](double fraction) {
        fractions.push_back(fraction);
        return true;
    });
    REQUIRE(fractions.size() >= 2);
    CHECK(std::is_sorted(fractions.begin(), fractions.end()));
    CHECK(fractions.front() >= 0.0);
    CHECK(fractions.back() < 1.0);
}

TEST_CASE("a callback that returns false stops the work") {
    const auto stop = [](double) { return false; };
    CHECK(error_of([&] { animator().animate(line(), {}, stop); }).kind() == ErrorKind::cancelled);
    const Take take{line(), line_clip()};
    const auto learning = [&] { animator().learn({take}, {"anna", false, {}, {}}, stop); };
    CHECK(error_of(learning).kind() == ErrorKind::cancelled);
}

TEST_CASE("an exception of a callback is passed on, and the animator stays usable") {
    const auto fail = [](double) -> bool { throw std::runtime_error("the host is closing"); };
    CHECK_THROWS_WITH_AS(animator().animate(line(), {}, fail), "the host is closing",
                         std::runtime_error);
    CHECK_THROWS_AS((void)animator().try_animate(line(), {}, fail), std::runtime_error);
    CHECK(values(animator().animate(line())) == values(line_clip()));
}
