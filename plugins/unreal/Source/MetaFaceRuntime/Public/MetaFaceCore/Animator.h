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
#include "MetaFaceCore/Sound.h"
#include "MetaFaceCore/Take.h"

namespace MetaFaceCore
{
	/** The naming convention of the curves. */
	enum class ENaming : uint8_t
	{
		/** JawOpen, HeadYaw: Live Link Face. */
		LiveLink,
		/** jawOpen, headYaw: ARKit. */
		Apple,
		/** CTRL_expressions_jawOpen: MetaHuman, through a rig map; the angles are named as in LiveLink. */
		MetaHuman,
		/** The morph targets of the user's rig map. */
		RigMap,
	};

	/** Converts the 61 channels to a character's curves. Immutable, so all threads may share it. */
	class METAFACERUNTIME_API FCurveNames
	{
	public:
		/** `RigMapJson` is only used with ENaming::RigMap (schema metaface.rigmap). */
		static TOutcome<FCurveNames> Make(ENaming Naming, const std::string& RigMapJson = {});

		const std::vector<std::string>& Names() const;
		/** Each curve's value in the rest pose; some MetaHuman curves rest at 1. */
		const std::vector<float>& Rest() const;
		/** Converts rows of 61 channels to rows of curves; angles in radians, with Live Link's signs. */
		TOutcome<std::vector<float>> Values(const float* Channels, size_t Frames) const;

	private:
		struct FImpl;
		std::shared_ptr<const FImpl> Impl;
	};

	/** The animation options, under the same names as in FMetaFaceOptions. */
	struct METAFACERUNTIME_API FAnimationOptions
	{
		// options:fields (written by cargo xtask options)
		FRate FrameRate;
		double Strength = 1.0;
		double Liveliness = 1.0;
		std::string Gains;
		double Smoothing = 0.0;
		uint64_t Seed = 7;
		bool bHead = true;
		bool bEyes = true;
		// options:end
		/** The clip's name. */
		std::string Name;

		/** Every option but the name as text, for comparisons. */
		std::string Text() const;
	};

	/** Called with the completed fraction, 0 to 1; returns false to cancel. */
	using FProgressCallback = std::function<bool(double Fraction)>;

	class FLive;

	/** The base model, optionally conditioned on a speaker. Cheap to copy. */
	class METAFACERUNTIME_API FAnimator
	{
	public:
		static TOutcome<FAnimator> Open();
		/** Takes the bytes of a speaker file. `Strength` 0 is the average speaker, 1 the speaker. */
		TOutcome<FAnimator> WithSpeaker(const uint8_t* SpeakerFile, size_t Count, float Strength) const;

		TOutcome<FTake> Animate(const FSound& Sound, const FAnimationOptions& Options, const FCurveNames& Names,
			const FProgressCallback& Progress = {}) const;
		/** Animates sound as it arrives. Smoothing has no effect, because it needs future frames. */
		TOutcome<FLive> Live(const FAnimationOptions& Options, const FCurveNames& Names) const;

	private:
		struct FImpl;
		std::shared_ptr<const FImpl> Impl;
	};

	/** Reads a clip from Live Link Face CSV, Audio2Face JSON, glTF or USD. */
	METAFACERUNTIME_API TOutcome<FTake> ReadClip(const std::filesystem::path& File, const FCurveNames& Names,
		std::optional<FRate> Rate = {});

	/** Parses "30", "23.976" (which means 24000/1001) or "24000/1001". */
	METAFACERUNTIME_API TOutcome<FRate> ParseRate(const std::string& Text);

	METAFACERUNTIME_API std::string LibraryVersion();

	inline constexpr size_t ChannelCount = 61;
}
