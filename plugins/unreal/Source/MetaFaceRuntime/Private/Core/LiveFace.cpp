// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/LiveFace.h"

#include <array>
#include <cmath>

namespace MetaFaceCore
{
	namespace
	{
		/** Capacity of the sound buffer in samples: 3 s at 48 kHz. */
		constexpr size_t SoundCapacity = 3 * 48000;
		/** Capacity of the frame buffer in frames: 10 s. */
		constexpr size_t FrameCapacity = 10 * StreamRate.Numerator;
		/** Frames kept for interpolation. */
		constexpr size_t HistoryFrames = 64;
		/** Target lag in frames. Frames arrive several at a time; the lag keeps the motion even. */
		constexpr double TargetLag = 2.0;
		/** In frames. Beyond this lag, the face jumps to the target lag. */
		constexpr double LargestLag = 12.0;
		/** Playback speed of a face that catches up. */
		constexpr double CatchUpSpeed = 1.05;
		/** Seconds without sound after which silence is inserted; blocks of voice chat are less regular than a microphone's. */
		constexpr double SilenceDelay = 0.3;
		/** Seconds of silence inserted at a time. */
		constexpr double SilenceBlock = 0.02;
		/** Inserted silence never falls further behind than this many blocks. */
		constexpr double LargestSilenceBacklog = 5.0;
		/** Sound frames mixed at a time, on the stack. */
		constexpr size_t MixBlock = 512;
	}

	FLiveFace::FLiveFace(FAnimatorStream InStream, FCurveNames InNames)
		: Stream(std::move(InStream))
		, Names(std::move(InNames))
		, Width(Names.Names().size())
		, Sound(SoundCapacity)
		, Frames(FrameCapacity * Width)
		, History(HistoryFrames * Width)
		, NextFrame(Width)
	{
		Current.reserve(Width);
	}

	void FLiveFace::Push(const float* Samples, size_t Count, uint32_t Rate, uint16_t Channels)
	{
		if (Samples == nullptr || Rate == 0 || Channels == 0)
		{
			return;
		}
		std::array<float, MixBlock> Mono;
		for (size_t Begin = 0; Begin < Count; Begin += MixBlock)
		{
			const size_t BlockSize = std::min(MixBlock, Count - Begin);
			for (size_t Index = 0; Index < BlockSize; ++Index)
			{
				const float* Frame = Samples + (Begin + Index) * Channels;
				float Sum = 0.0f;
				for (uint16_t Channel = 0; Channel < Channels; ++Channel)
				{
					Sum += Frame[Channel];
				}
				Mono[Index] = Channels == 1 ? Sum : Sum / float(Channels);
			}
			const float Head[2] = {float(Rate), float(BlockSize)};
			if (!Sound.Write(Head, 2, Mono.data(), BlockSize))
			{
				LostMicroseconds += uint64_t(BlockSize) * 1000000 / Rate;
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
		Input.resize(size_t(Head[1]));
		Sound.Read(Input.data(), Input.size());
		ReceivedSeconds += double(Input.size()) / double(Head[0]);
		Process(Input.data(), Input.size(), uint32_t(Head[0]));
		return !HasFailed();
	}

	bool FLiveFace::FillSilence(double Now)
	{
		if (HasFailed() || bFinished)
		{
			return false;
		}
		if (ReceivedSeconds > 0.0)
		{
			CoveredUntil = std::max(CoveredUntil.value_or(Now), Now) + ReceivedSeconds;
			ReceivedSeconds = 0.0;
		}
		if (!CoveredUntil || Now - *CoveredUntil < SilenceDelay)
		{
			return false;
		}
		// After a long suspension of the program, the missed silence is skipped.
		CoveredUntil = std::max(*CoveredUntil, Now - SilenceDelay - LargestSilenceBacklog * SilenceBlock) + SilenceBlock;
		const uint32_t Rate = Resampler->InputRate();
		Input.assign(size_t(double(Rate) * SilenceBlock), 0.0f);
		Process(Input.data(), Input.size(), Rate);
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
			WriteFrames(Stream.Push(Mono16.data(), Mono16.size()));
		}
		if (!HasFailed())
		{
			WriteFrames(Stream.Finish());
		}
	}

	void FLiveFace::Process(const float* Samples, size_t Count, uint32_t Rate)
	{
		Mono16.clear();
		Resample(Samples, Count, Rate);
		if (!Mono16.empty())
		{
			WriteFrames(Stream.Push(Mono16.data(), Mono16.size()));
		}
	}

	void FLiveFace::Resample(const float* Samples, size_t Count, uint32_t Rate)
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

	void FLiveFace::WriteFrames(const TOutcome<std::vector<float>>& Channels)
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
		// Row by row: rows that do not fit, because the game does not read them, are dropped.
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

	const float* FLiveFace::HistoryFrame(uint64_t Frame) const
	{
		return History.data() + (Frame % HistoryFrames) * Width;
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
		while (NextRow(NextFrame))
		{
			std::copy(NextFrame.begin(), NextFrame.end(), History.begin() + (FrameCount % HistoryFrames) * Width);
			++FrameCount;
		}
		if (FrameCount == 0)
		{
			return;
		}
		const double Last = double(FrameCount - 1);
		const double Step = std::max(0.0, Seconds) * StreamRate.FramesPerSecond();
		const bool bLate = Last - Playhead > TargetLag + 1.0;
		Playhead += bFirst ? 0.0 : bLate ? Step * CatchUpSpeed : Step;
		if (Last - Playhead > LargestLag)
		{
			Playhead = Last - TargetLag;
		}
		Playhead = std::clamp(Playhead, 0.0, Last);
		const auto Frame = uint64_t(Playhead);
		const float* Earlier = HistoryFrame(Frame);
		const float* Later = HistoryFrame(std::min<uint64_t>(Frame + 1, FrameCount - 1));
		const auto Fraction = float(Playhead - double(Frame));
		Current.resize(Width);
		for (size_t Curve = 0; Curve < Width; ++Curve)
		{
			Current[Curve] = Earlier[Curve] + Fraction * (Later[Curve] - Earlier[Curve]);
		}
	}
}
