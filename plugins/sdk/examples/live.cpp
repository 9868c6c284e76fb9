// Animates sound as it arrives, without exceptions: live SOUND
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <metaface/metaface.hpp>
#include <thread>

namespace {

constexpr std::size_t block = metaface::Sound::rate / 50;  // 20 ms, like a microphone's buffer

/// The audio thread: pushes blocks in real time.
void play(const metaface::Sound& sound, metaface::Live& live) {
    for (std::size_t at = 0; at < sound.size(); at += block) {
        live.push(sound.samples() + at, std::min(block, sound.size() - at), metaface::Sound::rate);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    live.close();
}

int failed(const metaface::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return std::fprintf(stderr, "live SOUND\n"), 2;
    auto sound = metaface::Sound::try_open(arguments[1]);
    if (!sound) return failed(sound.error());
    auto animator = metaface::Animator::try_open();
    if (!animator) return failed(animator.error());
    auto live = animator->try_live();
    if (!live) return failed(live.error());
    std::thread audio([&] { play(*sound, *live); });
    auto face = live->try_face_at(live->now());
    while (face && face->state != metaface::LiveState::ended) {
        std::printf("%.3f\n", double(face->at(metaface::Channel::jaw_open)));
        std::this_thread::sleep_for(std::chrono::milliseconds(16));  // 60 frames per second
        face = live->try_face_at(live->now());
    }
    audio.join();
    return face ? 0 : failed(face.error());
}
