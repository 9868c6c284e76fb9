#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "fixtures.hpp"

using namespace metaface;

namespace {

/// Three minutes: several blocks of work.
Sound long_sound() {
    const Sound line = Sound::open(::line());
    std::vector<float> samples;
    while (samples.size() < 180 * Sound::rate) {
        samples.insert(samples.end(), line.samples(), line.samples() + line.size());
    }
    return Sound::from_samples(samples.data(), samples.size(), Sound::rate);
}

}  // namespace

TEST_CASE("progress goes up to the end") {
    const Sound sound = long_sound();
    std::vector<double> shares;
    animator().animate(sound, {}, [&](double share) {
        shares.push_back(share);
        return true;
    });
    REQUIRE(shares.size() >= 2);
    CHECK(std::is_sorted(shares.begin(), shares.end()));
    CHECK(shares.front() >= 0.0);
    CHECK(shares.back() < 1.0);
}

TEST_CASE("a callback that says so stops the work") {
    const auto stop = [](double) { return false; };
    CHECK(error_of([&] { animator().animate(line(), {}, stop); }).kind() == ErrorKind::cancelled);
    const Take take{line(), line_clip()};
    const auto learning = [&] { animator().learn({take}, {"anna", false, {}, {}}, stop); };
    CHECK(error_of(learning).kind() == ErrorKind::cancelled);
}

TEST_CASE("what a callback throws comes out, and the animator works on") {
    const auto fail = [](double) -> bool { throw std::runtime_error("the host is closing"); };
    CHECK_THROWS_WITH_AS(animator().animate(line(), {}, fail), "the host is closing",
                         std::runtime_error);
    CHECK_THROWS_AS((void)animator().try_animate(line(), {}, fail), std::runtime_error);
    CHECK(values(animator().animate(line())) == values(line_clip()));
}
