// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/LiveFace.h"

#include <array>
#include <cmath>

namespace MetaFaceCore
{
	namespace
	{
		/** Sound waits for a worker at most this long, at 48 kHz. */
		constexpr size_t SoundCapacity = 3 * 48000;
		/** Frames wait for the game at most this long. */
		constexpr size_t FrameCapacity = 10 * StreamRate.Numerator;
		/** Frames that are kept after they arrived. */
		constexpr size_t KeptFrames = 64;
		/** Frames come several at once; so many wait, so that the face moves evenly. */
		constexpr double UsualLag = 2.0;
		/** Further behind than this, the face jumps to where it should be. */
		constexpr double LargestLag = 12.0;
		/** How much faster than the clock a face that is late catches up. */
		constexpr double CatchUp = 1.05;
		/** Sound that is late by so many seconds has stopped: pieces of voice chat come less evenly than a microphone's. */
		constexpr double Patience = 0.3;
		/** Silence is made in pieces of so many seconds. */
		constexpr double SilentPiece = 0.02;
		/** Frames of sound that are mixed at a time, on the stack. */
		constexpr size_t MixedAtOnce = 512;
	}

	FLiveFace::FLiveFace(FVoiceStream InStream, FCurveNames InNames)
		: Stream(std::move(InStream))
		, Names(std::move(InNames))
		, Width(Names.Names().size())
		, Sound(SoundCapacity)
		, Frames(FrameCapacity * Width)
		, History(KeptFrames * Width)
		, Arrived(Width)
	{
		Current.reserve(Width);
	}

	void FLiveFace::Push(const float* Samples, size_t Count, uint32_t Rate, uint16_t Channels)
	{
		if (Samples == nullptr || Rate == 0 || Channels == 0)
		{
			return;
		}
		std::array<float, MixedAtOnce> Mono;
		for (size_t Begin = 0; Begin < Count; Begin += MixedAtOnce)
		{
			const size_t Mixed = std::min(MixedAtOnce, Count - Begin);
			for (size_t Index = 0; Index < Mixed; ++Index)
			{
				const float* Frame = Samples + (Begin + Index) * Channels;
				float Sum = 0.0f;
				for (uint16_t Channel = 0; Channel < Channels; ++Channel)
				{
					Sum += Frame[Channel];
				}
				Mono[Index] = Channels == 1 ? Sum : Sum / float(Channels);
			}
			const float Head[2] = {float(Rate), float(Mixed)};
			if (!Sound.Write(Head, 2, Mono.data(), Mixed))
			{
				LostMicroseconds += uint64_t(Mixed) * 1000000 / Rate;
			}
		}
	}

	bool FLiveFace::Work()
	{
		if (HasFailed() || bFinished)
		{
			return false;
		}
		float Head[2];
		if (Sound.Read(Head, 2) == 0)
		{
			return false;
		}
		Heard.resize(size_t(Head[1]));
		Sound.Read(Heard.data(), Heard.size());
		HeardSeconds += double(Heard.size()) / double(Head[0]);
		Follow(Heard.data(), Heard.size(), uint32_t(Head[0]));
		return !HasFailed();
	}

	bool FLiveFace::AwaitSound(double Now)
	{
		if (HasFailed() || bFinished)
		{
			return false;
		}
		if (HeardSeconds > 0.0)
		{
			CoveredUntil = std::max(CoveredUntil.value_or(Now), Now) + HeardSeconds;
			HeardSeconds = 0.0;
		}
		if (!CoveredUntil || Now - *CoveredUntil < Patience)
		{
			return false;
		}
		// After a long halt of the whole program, no more than a moment is made up for.
		CoveredUntil = std::max(*CoveredUntil, Now - Patience - 5.0 * SilentPiece) + SilentPiece;
		const uint32_t Rate = Resampler->InputRate();
		Heard.assign(size_t(double(Rate) * SilentPiece), 0.0f);
		Follow(Heard.data(), Heard.size(), Rate);
		return !HasFailed();
	}

	void FLiveFace::Finish()
	{
		while (Work())
		{
		}
		if (HasFailed() || bFinished)
		{
			return;
		}
		bFinished = true;
		Mono16.clear();
		if (Resampler)
		{
			Resampler->Finish(Mono16);
		}
		if (!Mono16.empty())
		{
			Send(Stream.Push(Mono16.data(), Mono16.size()));
		}
		if (!HasFailed())
		{
			Send(Stream.Finish());
		}
	}

	void FLiveFace::Follow(const float* Samples, size_t Count, uint32_t Rate)
	{
		Mono16.clear();
		Hear(Samples, Count, Rate);
		if (!Mono16.empty())
		{
			Send(Stream.Push(Mono16.data(), Mono16.size()));
		}
	}

	void FLiveFace::Hear(const float* Samples, size_t Count, uint32_t Rate)
	{
		const uint32_t Usable = FResampler::UsableRate(Rate);
		if (!Resampler || Resampler->InputRate() != Usable)
		{
			if (Resampler)
			{
				Resampler->Finish(Mono16);
			}
			Resampler.emplace(Usable);
		}
		Resampler->Push(Samples, Count, Mono16);
	}

	void FLiveFace::Send(const TOutcome<std::vector<float>>& Channels)
	{
		if (!Channels)
		{
			return Fail(Channels.Error());
		}
		if (Channels->empty())
		{
			return;
		}
		const auto Rows = Names.Values(Channels->data(), Channels->size() / ChannelCount);
		if (!Rows)
		{
			return Fail(Rows.Error());
		}
		// Row by row: what finds no room, because the game stands still, is passed over.
		for (size_t Begin = 0; Begin < Rows->size(); Begin += Width)
		{
			Frames.Write(Rows->data() + Begin, Width, nullptr, 0);
		}
	}

	void FLiveFace::Fail(const std::string& Reason)
	{
		Error = Reason;
		bFailed.store(true, std::memory_order_release);
	}

	const float* FLiveFace::Kept(uint64_t Frame) const
	{
		return History.data() + (Frame % KeptFrames) * Width;
	}

	double FLiveFace::Lag() const
	{
		return FrameCount == 0 ? 0.0 : StreamRate.TimeOf(double(FrameCount - 1) - Playhead);
	}

	bool FLiveFace::NextRow(std::vector<float>& Row)
	{
		Row.resize(Width);
		return Frames.Read(Row.data(), Width) == Width;
	}

	void FLiveFace::Advance(double Seconds)
	{
		const bool bFirst = FrameCount == 0;
		while (NextRow(Arrived))
		{
			std::copy(Arrived.begin(), Arrived.end(), History.begin() + (FrameCount % KeptFrames) * Width);
			++FrameCount;
		}
		if (FrameCount == 0)
		{
			return;
		}
		const double Last = double(FrameCount - 1);
		const double Step = std::max(0.0, Seconds) * StreamRate.FramesPerSecond();
		const bool bLate = Last - Playhead > UsualLag + 1.0;
		Playhead += bFirst ? 0.0 : bLate ? Step * CatchUp : Step;
		if (Last - Playhead > LargestLag)
		{
			Playhead = Last - UsualLag;
		}
		Playhead = std::clamp(Playhead, 0.0, Last);
		const auto Frame = uint64_t(Playhead);
		const float* Here = Kept(Frame);
		const float* Next = Kept(std::min<uint64_t>(Frame + 1, FrameCount - 1));
		const auto Share = float(Playhead - double(Frame));
		Current.resize(Width);
		for (size_t Curve = 0; Curve < Width; ++Curve)
		{
			Current[Curve] = Here[Curve] + Share * (Next[Curve] - Here[Curve]);
		}
	}
}
