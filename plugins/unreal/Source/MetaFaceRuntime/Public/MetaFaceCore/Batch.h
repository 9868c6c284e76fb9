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
	/** Part `Number` of `Count`, from 1, as for --shard on the command line. */
	struct FShard
	{
		size_t Number = 1;
		size_t Count = 1;
	};

	/** Parses "2/8". */
	METAFACERUNTIME_API TOutcome<FShard> ParseShard(const std::string& Text);
	/** The indices of a shard's first line and of the line after its last. */
	METAFACERUNTIME_API std::pair<size_t, size_t> PartOf(size_t Lines, FShard Shard);

	/** The exit codes, the same as those of the command line. */
	enum class EBatchExit : int
	{
		Done = 0,
		WrongUsage = 2,
		UnusableInput = 3,
		SomeFailed = 6,
		AllFailed = 7,
		Interrupted = 8,
	};
	METAFACERUNTIME_API EBatchExit ExitOf(size_t Done, size_t Failed, bool bCancelled);

	/** The arguments of the commandlet: -Key=Value, -Key="a value", -Switch. */
	struct FBatchArguments
	{
		/** By key, in lower case; switches have empty values. */
		std::map<std::string, std::string> Values;

		/** Null if the key is not given. */
		const std::string* Find(const std::string& Key) const;
	};

	/**
	 * Fails on malformed arguments and on keys that are one letter away from a known key. Other unknown
	 * arguments are ignored, because the engine's own are on the same line (-unattended, -nullrhi).
	 */
	METAFACERUNTIME_API TOutcome<FBatchArguments> ParseBatchArguments(const std::string& Line);
	METAFACERUNTIME_API const char* BatchUsage();

	/** Splits a comma-separated list; trims blanks and skips empty items. */
	METAFACERUNTIME_API std::vector<std::string> SplitList(const std::string& Text);

	/** A hash of everything that a take depends on; an unchanged take is not made again. */
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
