// Animates a line of dialogue: hello SOUND OUTPUT [SPEAKER]
#include <cstdio>
#include <metaface/metaface.hpp>

int main(int count, char** arguments) {
    if (count < 3) {
        std::fprintf(stderr, "hello SOUND OUTPUT [SPEAKER]\n");
        return 2;
    }
    try {
        metaface::Animator animator = metaface::Animator::open();
        if (count > 3) {
            animator = animator.with_speaker(metaface::Speaker::open(arguments[3]));
        }
        const metaface::Clip clip = animator.animate(arguments[1]);
        for (const auto& file : clip.save(arguments[2]).files) std::puts(file.u8string().c_str());
        std::printf("%.2f s, %zu frames\n", clip.duration(), clip.frame_count());
    } catch (const metaface::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
