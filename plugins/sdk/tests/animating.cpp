#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "fixtures.hpp"

using namespace metaface;

TEST_CASE("a file becomes a clip at the rate asked for") {
    Options options;
    options.rate = FrameRate::parse("23.976");
    const Clip clip = animator().animate(line(), options);
    CHECK(clip.rate() == FrameRate{24000, 1001});
    CHECK(clip.name() == "line");
    CHECK(clip.duration() == doctest::Approx(6.19).epsilon(0.01));
    CHECK(clip.info().metadata.at("seed") == "7");
    const auto all = values(clip);
    CHECK(std::all_of(all.begin(), all.end(), [](float value) { return std::isfinite(value); }));
    float widest = 0;
    for (std::size_t frame = 0; frame < clip.frame_count(); ++frame) {
        widest = std::max(widest, clip.at(frame, Channel::jaw_open));
    }
    CHECK(widest > 0.2f);
}

TEST_CASE("a sound in memory gives the motion of its file") {
    const Sound sound = Sound::open(line());
    CHECK(sound.duration() == doctest::Approx(6.19).epsilon(0.01));
    CHECK(values(animator().animate(sound)) == values(line_clip()));
    const Sound again = Sound::from_samples(sound.samples(), sound.size(), Sound::rate);
    CHECK(values(animator().animate(again)) == values(line_clip()));
}

TEST_CASE("options change what they say") {
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
    const auto alone = values(line_clip());
    std::vector<std::vector<float>> found(4);
    std::vector<std::thread> threads;
    for (auto& place : found) {
        threads.emplace_back([&place] { place = values(animator().animate(line())); });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& one : found) CHECK(one == alone);
}

TEST_CASE("the library tells what it is") {
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
