#include <doctest/doctest.h>

#include <algorithm>

#include "fixtures.hpp"

using namespace metaface;

namespace {

std::vector<float> streamed(const Sound& sound, std::size_t chunk) {
    Stream stream = animator().stream();
    std::vector<float> all;
    const auto append = [&](std::vector<float> frames) {
        all.insert(all.end(), frames.begin(), frames.end());
    };
    for (std::size_t at = 0; at < sound.size(); at += chunk) {
        append(stream.push(sound.samples() + at, std::min(chunk, sound.size() - at)));
    }
    append(stream.finish());
    return all;
}

}  // namespace

TEST_CASE("chunks of any size give the same frames") {
    const Sound sound = Sound::open(line());
    const auto one_chunk = streamed(sound, sound.size());
    CHECK(one_chunk.size() / channel_count ==
          doctest::Approx(sound.duration() * Stream::rate).epsilon(0.01));
    CHECK(streamed(sound, 160) == one_chunk);
    CHECK(streamed(sound, 4001) == one_chunk);
}

TEST_CASE("a stream outlives its animator, can be moved, and finishes once") {
    std::unique_ptr<Stream> stream;
    {
        const Animator temporary = Animator::open(Device::cpu);
        stream = std::make_unique<Stream>(temporary.stream());
    }
    const std::vector<float> hum(16000, 0.1f);
    Stream moved = std::move(*stream);
    CHECK_FALSE(moved.push(hum.data(), hum.size()).empty());
    CHECK_FALSE(moved.finish().empty());
    CHECK(error_of([&] { stream->finish(); }).kind() == ErrorKind::argument);
    CHECK(error_of([&] { moved.finish(); }).kind() == ErrorKind::argument);
    CHECK(error_of([&] { moved.push(hum.data(), 1); }).kind() == ErrorKind::argument);
}
