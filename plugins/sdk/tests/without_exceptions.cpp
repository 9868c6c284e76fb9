// A host without exceptions or RTTI: values and errors come back.
#include <cstdio>
#include <metaface/metaface.hpp>

namespace {

int failures = 0;

void check(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    ++failures;
}

}  // namespace

int main() {
    static_assert(METAFACE_EXCEPTIONS == 0, "built with exceptions");
    const auto animator = metaface::Animator::try_open(metaface::Device::cpu);
    if (!animator) return std::fprintf(stderr, "%s\n", animator.error().what()), 1;
    const auto clip = animator->try_animate(METAFACE_SAMPLES "/speech/line.wav");
    check(clip && clip->frame_count() == 186, "a clip of 186 frames");
    const auto none = animator->try_animate("nowhere.wav");
    check(!none && none.error().kind() == metaface::ErrorKind::read, "a file that is not there");
    const auto stopped =
        animator->try_animate(METAFACE_SAMPLES "/speech/line.wav", {}, [](double) { return false; });
    check(!stopped && stopped.error().kind() == metaface::ErrorKind::cancelled, "stopped");
    return failures;
}
