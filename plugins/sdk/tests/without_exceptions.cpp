// A host without exceptions or RTTI: functions return values and errors.
#include <cstdio>
#include <metaface/metaface.hpp>

namespace {

int failures = 0;

void check(bool condition, const char* name) {
    if (condition) return;
    std::fprintf(stderr, "failed: %s\n", name);
    ++failures;
}

}  // namespace

int main() {
    static_assert(METAFACE_EXCEPTIONS == 0, "built with exceptions");
    const auto animator = metaface::Animator::try_open(metaface::Device::cpu);
    if (!animator) return std::fprintf(stderr, "%s\n", animator.error().what()), 1;
    const auto clip = animator->try_animate(METAFACE_SAMPLES "/speech/line.wav");
    check(clip && clip->frame_count() == 186, "a clip of 186 frames");
    const auto missing = animator->try_animate("missing.wav");
    check(!missing && missing.error().kind() == metaface::ErrorKind::read, "a missing file");
    const auto stopped =
        animator->try_animate(METAFACE_SAMPLES "/speech/line.wav", {}, [](double) { return false; });
    check(!stopped && stopped.error().kind() == metaface::ErrorKind::cancelled, "cancelled");
    auto live = animator->try_live();
    check(live && live->try_face_at(0.0), "a live face");
    return failures;
}
