#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include "fixtures.hpp"

using namespace metaface;

namespace {

/// The newest face, as soon as it has this state; waits for at most 30 seconds.
LiveFace newest(const Live& live, LiveState state) {
    LiveFace face = live.face_at(live.now() + 1000.0);
    for (int count = 0; count < 3000 && face.state != state; ++count) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        face = live.face_at(live.now() + 1000.0);
    }
    CHECK(face.state == state);
    return face;
}

}  // namespace

TEST_CASE("a live face ends with the last frame of the stream, for any block size and channel count") {
    const Sound sound = Sound::open(line());
    Stream stream = animator().stream();
    stream.push(sound.samples(), sound.size());
    const std::vector<float> end = stream.finish();
    const std::vector<float> last(end.end() - channel_count, end.end());
    for (const std::size_t block : {160, 777}) {
        Live live = animator().live();
        std::thread audio([&] {
            for (std::size_t at = 0; at < sound.size(); at += block) {
                std::vector<float> stereo;
                for (std::size_t i = at; i < std::min(at + block, sound.size()); ++i) {
                    stereo.insert(stereo.end(), 2, sound.samples()[i]);
                }
                CHECK(live.push(stereo.data(), stereo.size() / 2, Sound::rate, 2));
            }
            live.close();
        });
        const LiveFace face = newest(live, LiveState::ended);
        audio.join();
        CHECK(std::vector<float>(face.values.begin(), face.values.end()) == last);
        CHECK(live.lost_seconds() == 0.0);
        CHECK_FALSE(live.push(sound.samples(), 1, Sound::rate));
    }
}

TEST_CASE("a microphone at 48 kHz moves the face in less than half a second") {
    Live live = animator().live();
    CHECK(live.face_at(live.now()).state == LiveState::waiting);
    const std::vector<float> block(960, 0.1f);
    double latency = 0.0;
    for (int count = 0; count < 100; ++count) {
        CHECK(live.push(block.data(), 480, 48000, 2));
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        const LiveFace face = live.face_at(live.now());
        latency = face.latency.value_or(latency);
    }
    CHECK(latency > 0.19);
    CHECK(latency < 0.5);
}

TEST_CASE("invalid sound and times do no harm, and a live face can be moved") {
    Live live = animator().live();
    const std::vector<float> block(480, std::numeric_limits<float>::quiet_NaN());
    CHECK(live.push(block.data(), 480, 48000));
    CHECK_FALSE(live.push(nullptr, 480, 48000));
    CHECK_FALSE(live.push(block.data(), 480, 0));
    CHECK_FALSE(live.push(block.data(), 480, 48000, 0));
    CHECK(error_of([&] { live.face_at(std::nan("")); }).kind() == ErrorKind::argument);
    CHECK(std::isfinite(newest(live, LiveState::paused).at(Channel::jaw_open)));
    Live moved = std::move(live);
    CHECK(moved.push(block.data(), 480, 44100));
    CHECK_FALSE(live.push(block.data(), 480, 44100));
    CHECK(error_of([&] { live.face_at(0.0); }).kind() == ErrorKind::argument);
    live.close();
}

TEST_CASE("a playback clock follows the player") {
    PlaybackClock clock;
    clock.advance(1.0);
    CHECK(clock.position() == 1.0);
    clock.synchronise(1.05);
    CHECK(clock.position() == doctest::Approx(1.005));
    clock.synchronise(30.0);
    CHECK(clock.position() == 30.0);
    clock.synchronise(std::nan(""));
    CHECK(clock.position() == 30.0);
}
