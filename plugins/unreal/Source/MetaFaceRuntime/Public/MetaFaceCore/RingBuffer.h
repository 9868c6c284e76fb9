// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <vector>

namespace MetaFaceCore
{
	/**
	 * A lock-free queue of floats from one writing thread to one reading thread. Neither waits, and
	 * nothing is allocated after construction.
	 */
	class FRingBuffer
	{
	public:
		explicit FRingBuffer(size_t Capacity) : Slots(Capacity + 1) {}

		size_t Capacity() const { return Slots.size() - 1; }

		/** The number of values that can be read. */
		size_t Filled() const
		{
			const size_t End = WriteIndex.load(std::memory_order_acquire);
			const size_t Begin = ReadIndex.load(std::memory_order_acquire);
			return End >= Begin ? End - Begin : End + Slots.size() - Begin;
		}

		/** Writing thread only. Both blocks become readable together; false and nothing written if they do not fit. */
		bool Write(const float* Head, size_t HeadCount, const float* Body, size_t BodyCount)
		{
			if (HeadCount + BodyCount > Capacity() - Filled())
			{
				return false;
			}
			size_t Index = WriteIndex.load(std::memory_order_relaxed);
			Index = Copy(Head, HeadCount, Index);
			Index = Copy(Body, BodyCount, Index);
			WriteIndex.store(Index, std::memory_order_release);
			return true;
		}

		/** Reading thread only. Reads up to `Count` values and returns their number. */
		size_t Read(float* Out, size_t Count)
		{
			Count = std::min(Count, Filled());
			size_t Index = ReadIndex.load(std::memory_order_relaxed);
			const size_t First = std::min(Count, Slots.size() - Index);
			std::copy_n(Slots.data() + Index, First, Out);
			std::copy_n(Slots.data(), Count - First, Out + First);
			Index += Count;
			ReadIndex.store(Index < Slots.size() ? Index : Index - Slots.size(), std::memory_order_release);
			return Count;
		}

	private:
		size_t Copy(const float* Source, size_t Count, size_t Index)
		{
			const size_t First = std::min(Count, Slots.size() - Index);
			std::copy_n(Source, First, Slots.data() + Index);
			std::copy_n(Source + First, Count - First, Slots.data());
			Index += Count;
			return Index < Slots.size() ? Index : Index - Slots.size();
		}

		std::vector<float> Slots;
		std::atomic<size_t> WriteIndex{0};
		std::atomic<size_t> ReadIndex{0};
	};
}
