// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "MetaFaceCore/Outcome.h"

namespace MetaFaceCore
{
	/** Machine `Number` of `Count`, from 1: as the command line's --shard has it. */
	struct FShard
	{
		size_t Number = 1;
		size_t Count = 1;
	};

	/** From "2/8". */
	METAFACERUNTIME_API TOutcome<FShard> ParseShard(const std::string& Text);
	/** The first line of that part, and the one after its last. */
	METAFACERUNTIME_API std::pair<size_t, size_t> PartOf(size_t Lines, FShard Shard);

	/** What a batch came to, as the exit codes of the command line say it. */
	enum class EBatchExit : int
	{
		Done = 0,
		WrongUsage = 2,
		UnusableInput = 3,
		SomeNotDone = 6,
		NoneDone = 7,
		Interrupted = 8,
	};
	METAFACERUNTIME_API EBatchExit ExitOf(size_t Done, size_t Failed, bool bCancelled);

	/** What stands on the commandlet's line: -Key=Value, -Key="a value", -Switch. */
	struct FBatchArguments
	{
		std::map<std::string, std::string> Values;

		const std::string* Find(const std::string& Key) const;
	};

	/**
	 * Keys in small letters. Fails for what no key of ours is, unless it is one of the engine's
	 * (which stand on the same line: -unattended, -nullrhi and so on), naming what is near.
	 */
	METAFACERUNTIME_API TOutcome<FBatchArguments> ParseBatchArguments(const std::string& Line);
	METAFACERUNTIME_API const char* BatchUsage();

	/** "a, b" as two, without blanks and empty ones. */
	METAFACERUNTIME_API std::vector<std::string> Listed(const std::string& Text);

	/** A short name for what went into a take: the same again is not made again. */
	class METAFACERUNTIME_API FFingerprint
	{
	public:
		FFingerprint& Add(const void* Bytes, size_t Count);
		FFingerprint& Add(const std::string& Text);
		std::string Text() const;

	private:
		uint64_t Hash = 14695981039346656037ull;
	};
}
