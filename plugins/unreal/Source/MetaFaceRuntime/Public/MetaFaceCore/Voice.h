// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "MetaFaceCore/Outcome.h"
#include "MetaFaceCore/Take.h"

namespace MetaFaceCore
{
	/** In whose words the curves are named. */
	enum class ENaming : uint8_t
	{
		/** JawOpen, HeadYaw: as Live Link Face has them. */
		LiveLink,
		/** jawOpen, headYaw: as ARKit has them. */
		Apple,
		/** CTRL_expressions_jawOpen: a MetaHuman's, by a rig map; HeadYaw and its like as above. */
		MetaHuman,
		/** The morph targets of a rig map of one's own. */
		RigMap,
	};

	/** What turns the 61 channels into a character's curves. Made once, used by all threads. */
	class METAFACERUNTIME_API FCurveNames
	{
	public:
		/** `RigMapJson` is for ENaming::RigMap alone (schema metaface.rigmap). */
		static TOutcome<FCurveNames> Make(ENaming Naming, const std::string& RigMapJson = {});

		const std::vector<std::string>& Names() const;
		/** Where each curve is when the face rests: a MetaHuman's has some at 1. */
		const std::vector<float>& Rest() const;
		/** Rows of 61 channels into rows of curves; angles in radians, with Live Link's signs. */
		TOutcome<std::vector<float>> Values(const float* Channels, size_t Frames) const;

	private:
		struct FImpl;
		std::shared_ptr<const FImpl> Impl;
	};

	/** How a line is animated; the command line's options of the same names say more. */
	struct FHow
	{
		FRate Rate;
		uint64_t Seed = 7;
		float Strength = 1.0f;
		float Liveliness = 1.0f;
		std::string Gains;
		std::optional<double> Smoothing;
		bool bHead = true;
		bool bEyes = true;
		std::string Name;
	};

	/** The share that is done, 0 to 1; returning false stops the work. */
	using FProgress = std::function<bool(double Share)>;

	/** A stream of frames: 16 kHz mono in, rows of 61 channels out. For one thread at a time. */
	class METAFACERUNTIME_API FVoiceStream
	{
	public:
		FVoiceStream(FVoiceStream&&) noexcept;
		FVoiceStream& operator=(FVoiceStream&&) noexcept;
		~FVoiceStream();

		TOutcome<std::vector<float>> Push(const float* Samples, size_t Count);
		TOutcome<std::vector<float>> Finish();

	private:
		friend class FVoice;
		struct FImpl;
		explicit FVoiceStream(std::unique_ptr<FImpl> InImpl);
		std::unique_ptr<FImpl> Impl;
	};

	/** The base model on this machine, perhaps speaking as a person. Cheap to copy. */
	class METAFACERUNTIME_API FVoice
	{
	public:
		static TOutcome<FVoice> Open();
		/** With the bytes of a speaker file. `Strength` 0 is the average speaker, 1 this one. */
		TOutcome<FVoice> SpeakingAs(const uint8_t* SpeakerFile, size_t Count, float Strength) const;

		TOutcome<FTake> Animate(const FPcm& Sound, const FHow& How, const FCurveNames& Names,
			const FProgress& Progress = {}) const;
		TOutcome<FVoiceStream> Stream(const FHow& How) const;

	private:
		struct FImpl;
		std::shared_ptr<const FImpl> Impl;
	};

	/** A clip from a file: Live Link Face CSV, Audio2Face JSON, glTF or USD. */
	METAFACERUNTIME_API TOutcome<FTake> ReadClip(const std::filesystem::path& File, const FCurveNames& Names,
		std::optional<FRate> Rate = {});

	/** "30", "23.976" (which means 24000/1001) or "24000/1001". */
	METAFACERUNTIME_API TOutcome<FRate> ParseRate(const std::string& Text);

	/** The library's version. */
	METAFACERUNTIME_API std::string LibraryVersion();

	inline constexpr uint32_t StreamSampleRate = 16000;
	inline constexpr FRate StreamRate{50, 1};
	inline constexpr size_t ChannelCount = 61;
}
