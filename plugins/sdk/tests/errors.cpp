#include <doctest/doctest.h>

#include "fixtures.hpp"

using namespace metaface;

namespace {

void fails(ErrorKind kind, const std::string& words, const std::function<void()>& work) {
    const Error error = error_of(work);
    INFO(error.what());
    CHECK(std::string(name(error.kind())) == name(kind));
    CHECK(std::string(error.what()).find(words) != std::string::npos);
}

}  // namespace

TEST_CASE("errors name the file and have a kind") {
    const Folder folder;
    fails(ErrorKind::read, "nowhere.wav", [] { animator().animate("nowhere.wav"); });
    fails(ErrorKind::read, "nowhere.wav", [] { Sound::open("nowhere.wav"); });
    fails(ErrorKind::read, "nobody.speaker", [] { Speaker::open("nobody.speaker"); });
    fails(ErrorKind::read, "nobody.glb", [] { Character::open("nobody.glb"); });
    std::ofstream(folder / "noise.wav") << "this is no sound";
    fails(ErrorKind::file, "noise.wav", [&] { animator().animate(folder / "noise.wav"); });
    std::ofstream(folder / "no.speaker") << "nor a speaker";
    fails(ErrorKind::speaker, "no.speaker", [&] { Speaker::open(folder / "no.speaker"); });
    fails(ErrorKind::write, "noise.wav", [&] { line_clip().save(folder / "noise.wav" / "a.csv"); });
    fails(ErrorKind::argument, ".glb", [&] { line_clip().save(folder / "line.mov"); });
    std::ofstream(folder / "base.safetensors") << "not weights";
    fails(ErrorKind::file, "base.safetensors",
          [&] { Animator::open(Device::cpu, folder / "base.safetensors"); });
}

TEST_CASE("options out of their range are refused") {
    const auto refused = [](void (*change)(Options&)) {
        Options options;
        change(options);
        return error_of([&] { animator().animate(line(), options); }).kind() ==
               ErrorKind::argument;
    };
    CHECK(refused([](Options& options) { options.strength = 3; }));
    CHECK(refused([](Options& options) { options.liveliness = -1; }));
    CHECK(refused([](Options& options) { options.gains = "Jaw=1"; }));
    CHECK(refused([](Options& options) { options.smoothing = 2; }));
    CHECK(refused([](Options& options) { options.rate = {0, 1}; }));
    CHECK(refused([](Options& options) { options.rate = {30, 0}; }));
    CHECK(refused([](Options& options) { options.name = "\xff\xfe"; }));
    CHECK(refused([](Options& options) { options.name = std::string("a\0b", 3); }));
    fails(ErrorKind::argument, "frame rate", [] { FrameRate::parse("fast"); });
    fails(ErrorKind::argument, "samples", [] { Sound::from_samples(nullptr, 0, 48000); });
}

TEST_CASE("a GPU that is not there is an error, not a crash") {
    const auto opened = Animator::try_open(Device::cuda);
    if (!opened) CHECK(opened.error().kind() == ErrorKind::device);
}
