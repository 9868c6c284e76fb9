#include <doctest/doctest.h>

#include "fixtures.hpp"

using namespace metaface;

namespace {

void fails(ErrorKind kind, const std::string& expected, const std::function<void()>& work) {
    const Error error = error_of(work);
    INFO(error.what());
    CHECK(std::string(name(error.kind())) == name(kind));
    CHECK(std::string(error.what()).find(expected) != std::string::npos);
}

}  // namespace

TEST_CASE("errors name the file and have a kind") {
    const Folder folder;
    fails(ErrorKind::read, "missing.wav", [] { animator().animate("missing.wav"); });
    fails(ErrorKind::read, "missing.wav", [] { Sound::open("missing.wav"); });
    fails(ErrorKind::read, "missing.speaker", [] { Speaker::open("missing.speaker"); });
    fails(ErrorKind::read, "missing.glb", [] { Character::open("missing.glb"); });
    std::ofstream(folder / "noise.wav") << "not a sound";
    fails(ErrorKind::file, "noise.wav", [&] { animator().animate(folder / "noise.wav"); });
    std::ofstream(folder / "no.speaker") << "not a speaker";
    fails(ErrorKind::speaker, "no.speaker", [&] { Speaker::open(folder / "no.speaker"); });
    fails(ErrorKind::write, "noise.wav", [&] { line_clip().save(folder / "noise.wav" / "a.csv"); });
    fails(ErrorKind::argument, ".glb", [&] { line_clip().save(folder / "line.mov"); });
    std::ofstream(folder / "base.safetensors") << "not weights";
    fails(ErrorKind::file, "base.safetensors",
          [&] { Animator::open(Device::cpu, folder / "base.safetensors"); });
}

TEST_CASE("options out of range are rejected") {
    const auto rejected = [](void (*change)(Options&)) {
        Options options;
        change(options);
        return error_of([&] { animator().animate(line(), options); }).kind() ==
               ErrorKind::argument;
    };
    CHECK(rejected([](Options& options) { options.strength = 3; }));
    CHECK(rejected([](Options& options) { options.liveliness = -1; }));
    CHECK(rejected([](Options& options) { options.gains = "Jaw=1"; }));
    CHECK(rejected([](Options& options) { options.smoothing = 2; }));
    CHECK(rejected([](Options& options) { options.fps = {0, 1}; }));
    CHECK(rejected([](Options& options) { options.fps = {30, 0}; }));
    CHECK(rejected([](Options& options) { options.name = "\xff\xfe"; }));
    CHECK(rejected([](Options& options) { options.name = std::string("a\0b", 3); }));
    fails(ErrorKind::argument, "frame rate", [] { FrameRate::parse("fast"); });
    fails(ErrorKind::argument, "samples", [] { Sound::from_samples(nullptr, 0, 48000); });
}

TEST_CASE("a missing GPU is an error, not a crash") {
    const auto opened = Animator::try_open(Device::cuda);
    if (!opened) CHECK(opened.error().kind() == ErrorKind::device);
}
