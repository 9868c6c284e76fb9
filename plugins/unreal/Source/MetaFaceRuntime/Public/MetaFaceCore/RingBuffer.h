// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <vector>

namespace MetaFaceCore
{
	/**
	 * Floats from one thread to another without a lock: one writes, one reads, neither waits, and
	 * nothing is allocated after construction.
	 */
	class FRingBuffer
	{
	public:
		explicit FRingBuffer(size_t Capacity) : Slots(Capacity + 1) {}

		size_t Capacity() const { return Slots.size() - 1; }

		/** Values that can be read. */
		size_t Filled() const
		{
			const size_t End = Written.load(std::memory_order_acquire);
			const size_t Begin = Taken.load(std::memory_order_acquire);
			return End >= Begin ? End - Begin : End + Slots.size() - Begin;
		}

		/** For the writer alone: all the pieces become readable together, or nothing is written. */
		bool Write(const float* Head, size_t HeadCount, const float* Body, size_t BodyCount)
		{
			if (HeadCount + BodyCount > Capacity() - Filled())
			{
				return false;
			}
			size_t At = Written.load(std::memory_order_relaxed);
			At = Copy(Head, HeadCount, At);
			At = Copy(Body, BodyCount, At);
			Written.store(At, std::memory_order_release);
			return true;
		}

		/** For the reader alone. Returns how many there were, up to `Count`. */
		size_t Read(float* Out, size_t Count)
		{
			Count = std::min(Count, Filled());
			size_t At = Taken.load(std::memory_order_relaxed);
			const size_t First = std::min(Count, Slots.size() - At);
			std::copy_n(Slots.data() + At, First, Out);
			std::copy_n(Slots.data(), Count - First, Out + First);
			At += Count;
			Taken.store(At < Slots.size() ? At : At - Slots.size(), std::memory_order_release);
			return Count;
		}

	private:
		size_t Copy(const float* From, size_t Count, size_t At)
		{
			const size_t First = std::min(Count, Slots.size() - At);
			std::copy_n(From, First, Slots.data() + At);
			std::copy_n(From + First, Count - First, Slots.data());
			At += Count;
			return At < Slots.size() ? At : At - Slots.size();
		}

		std::vector<float> Slots;
		std::atomic<size_t> Written{0};
		std::atomic<size_t> Taken{0};
	};
}
