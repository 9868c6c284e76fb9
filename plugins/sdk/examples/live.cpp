// Animates sound chunk by chunk, without exceptions: live SOUND
#include <algorithm>
#include <cstdio>
#include <metaface/metaface.hpp>

namespace {

constexpr std::size_t chunk = metaface::Sound::rate / 10;  // 100 ms, like a microphone's buffer

void print_jaw(const std::vector<float>& frames) {
    const auto jaw = static_cast<std::size_t>(metaface::Channel::jaw_open);
    for (std::size_t row = 0; row < frames.size(); row += metaface::channel_count) {
        std::printf("%.3f\n", double(frames[row + jaw]));
    }
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
    auto stream = animator->try_stream();
    if (!stream) return failed(stream.error());
    for (std::size_t at = 0; at < sound->size(); at += chunk) {
        auto frames = stream->try_push(sound->samples() + at, std::min(chunk, sound->size() - at));
        if (!frames) return failed(frames.error());
        print_jaw(*frames);
    }
    auto frames = stream->try_finish();
    if (!frames) return failed(frames.error());
    print_jaw(*frames);
}
