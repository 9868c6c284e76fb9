#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "fixtures.hpp"

using namespace metaface;

TEST_CASE("a file is animated at the requested rate") {
    Options options;
    options.fps = FrameRate::parse("23.976");
    const Clip clip = animator().animate(line(), options);
    CHECK(clip.rate() == FrameRate{24000, 1001});
    CHECK(clip.name() == "line");
    CHECK(clip.duration() == doctest::Approx(6.19).epsilon(0.01));
    CHECK(clip.info().metadata.at("seed") == "7");
    const auto all = values(clip);
    CHECK(std::all_of(all.begin(), all.end(), [](float value) { return std::isfinite(value); }));
    float largest = 0;
    for (std::size_t frame = 0; frame < clip.frame_count(); ++frame) {
        largest = std::max(largest, clip.at(frame, Channel::jaw_open));
    }
    CHECK(largest > 0.2f);
}

TEST_CASE("a sound in memory gives the same motion as its file") {
    const Sound sound = Sound::open(line());
    CHECK(sound.duration() == doctest::Approx(6.19).epsilon(0.01));
    CHECK(values(animator().animate(sound)) == values(line_clip()));
    const Sound copy = Sound::from_samples(sound.samples(), sound.size(), Sound::rate);
    CHECK(values(animator().animate(copy)) == values(line_clip()));
}

TEST_CASE("16-bit samples are those of a float sound, and an odd last byte is ignored") {
    const unsigned char bytes[] = {0x00, 0x80, 0xff, 0x7f, 0x00, 0x00, 0x01, 0x00, 0x55};
    const Sound sound = Sound::from_pcm16(bytes, sizeof(bytes), Sound::rate);
    const std::vector<float> samples(sound.samples(), sound.samples() + sound.size());
    CHECK(samples == std::vector<float>{-1.0f, 32767.0f / 32768.0f, 0.0f, 1.0f / 32768.0f});
    CHECK(error_of([] { Sound::from_pcm16(nullptr, 0, 48000); }).kind() == ErrorKind::argument);
}

TEST_CASE("options have an effect") {
    Options still;
    still.head = still.eyes = false;
    still.gains = "JawOpen=0";
    const Clip clip = animator().animate(line(), still);
    for (std::size_t frame = 0; frame < clip.frame_count(); ++frame) {
        CHECK(clip.at(frame, Channel::jaw_open) == 0.0f);
        CHECK(clip.at(frame, Channel::head_yaw) == 0.0f);
        CHECK(clip.at(frame, Channel::eye_blink_left) < 0.3f);
    }
    CHECK(clip.info().metadata.at("gains") == "JawOpen=0");
}

TEST_CASE("threads share an animator") {
    const auto expected = values(line_clip());
    std::vector<std::vector<float>> results(4);
    std::vector<std::thread> threads;
    for (auto& result : results) {
        threads.emplace_back([&result] { result = values(animator().animate(line())); });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& result : results) CHECK(result == expected);
}

TEST_CASE("the library reports its version, device, base model and self-test") {
    CHECK(version() == "0.1.0");
    CHECK(animator().device() == Device::cpu);
    CHECK(animator().base_model().size() == 64);
    CHECK(doctor().find("self-test") != std::string::npos);
}

TEST_CASE("channels have the names and the order of Live Link") {
    CHECK(name(Channel::eye_blink_left) == "EyeBlinkLeft");
    CHECK(name(Channel::tongue_out) == "TongueOut");
    CHECK(name(Channel::head_yaw) == "HeadYaw");
    CHECK(static_cast<std::size_t>(Channel::head_yaw) == blendshape_count);
    CHECK(static_cast<std::size_t>(Channel::right_eye_roll) == channel_count - 1);
    for (std::size_t index = 0; index < channel_count; ++index) {
        const auto channel = static_cast<Channel>(index);
        CHECK(channel_named(name(channel)) == channel);
    }
    CHECK(channel_named("jawOpen") == Channel::jaw_open);
    CHECK_FALSE(channel_named("jaw"));
    CHECK_FALSE(channel_named("\xff"));
}
