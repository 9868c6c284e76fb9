// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/Batch.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <iterator>

namespace MetaFaceCore
{
	namespace
	{
		std::string LowerCase(std::string Text)
		{
			std::transform(Text.begin(), Text.end(), Text.begin(), [](unsigned char Letter) { return char(std::tolower(Letter)); });
			return Text;
		}

		bool ReadNumber(const std::string& Text, size_t& Number)
		{
			const char* End = Text.data() + Text.size();
			const auto [Stop, Error] = std::from_chars(Text.data(), End, Number);
			return Error == std::errc() && Stop == End;
		}

		// The keys and switches besides the animation options.
		constexpr const char* BatchKeys[] = {"waves", "skeleton", "speaker", "out", "shard", "names", "rigmap", "prefix", "suffix"};
		constexpr const char* BatchSwitches[] = {"force", "dryrun", "help"};
		// options:keys (written by cargo xtask options)
		constexpr const char* OptionKeys[] = {"fps", "strength", "liveliness", "gains", "smoothing", "seed", "stylestrength"};
		constexpr const char* OptionSwitches[] = {"nohead", "noeyes"};
		// options:end

		/** Levenshtein distance. */
		size_t Distance(const std::string& A, const std::string& B)
		{
			std::vector<size_t> Row(B.size() + 1);
			for (size_t Column = 0; Column <= B.size(); ++Column)
			{
				Row[Column] = Column;
			}
			for (size_t Line = 1; Line <= A.size(); ++Line)
			{
				size_t Diagonal = std::exchange(Row[0], Line);
				for (size_t Column = 1; Column <= B.size(); ++Column)
				{
					const size_t Replaced = Diagonal + (A[Line - 1] == B[Column - 1] ? 0 : 1);
					Diagonal = Row[Column];
					Row[Column] = std::min({Replaced, Row[Column] + 1, Row[Column - 1] + 1});
				}
			}
			return Row.back();
		}

		template <size_t A, size_t B>
		std::vector<const char*> Concatenated(const char* const (&First)[A], const char* const (&Second)[B])
		{
			std::vector<const char*> All(std::begin(First), std::end(First));
			All.insert(All.end(), std::begin(Second), std::end(Second));
			return All;
		}

		bool Contains(const std::vector<const char*>& Names, const std::string& Name)
		{
			return std::find(Names.begin(), Names.end(), Name) != Names.end();
		}
	}

	TOutcome<FShard> ParseShard(const std::string& Text)
	{
		const size_t Slash = Text.find('/');
		FShard Shard;
		const bool bRead = Slash != std::string::npos && ReadNumber(Text.substr(0, Slash), Shard.Number)
			&& ReadNumber(Text.substr(Slash + 1), Shard.Count);
		if (!bRead || Shard.Number < 1 || Shard.Number > Shard.Count || Shard.Count > 1000000)
		{
			return TOutcome<FShard>::Failed("-Shard=" + Text + " is invalid: give NUMBER/COUNT, such as -Shard=2/8 for the second of eight machines");
		}
		return Shard;
	}

	std::pair<size_t, size_t> PartOf(size_t Lines, FShard Shard)
	{
		return {(Shard.Number - 1) * Lines / Shard.Count, Shard.Number * Lines / Shard.Count};
	}

	EBatchExit ExitOf(size_t Done, size_t Failed, bool bCancelled)
	{
		if (bCancelled)
		{
			return EBatchExit::Interrupted;
		}
		if (Failed == 0)
		{
			return EBatchExit::Done;
		}
		return Done == 0 ? EBatchExit::AllFailed : EBatchExit::SomeFailed;
	}

	const std::string* FBatchArguments::Find(const std::string& Key) const
	{
		const auto Found = Values.find(Key);
		return Found == Values.end() ? nullptr : &Found->second;
	}

	TOutcome<FBatchArguments> ParseBatchArguments(const std::string& Line)
	{
		using FOutcome = TOutcome<FBatchArguments>;
		const std::vector<const char*> Keys = Concatenated(BatchKeys, OptionKeys);
		const std::vector<const char*> Switches = Concatenated(BatchSwitches, OptionSwitches);
		FBatchArguments Arguments;
		size_t Position = 0;
		while (Position < Line.size())
		{
			if (std::isspace(static_cast<unsigned char>(Line[Position])))
			{
				++Position;
				continue;
			}
			std::string Word;
			bool bQuoted = false;
			for (; Position < Line.size() && (bQuoted || !std::isspace(static_cast<unsigned char>(Line[Position]))); ++Position)
			{
				if (Line[Position] == '"')
				{
					bQuoted = !bQuoted;
				}
				else
				{
					Word += Line[Position];
				}
			}
			if (bQuoted)
			{
				return FOutcome::Failed("The closing quotation mark is missing: " + Word);
			}
			if (Word.size() < 2 || Word[0] != '-')
			{
				continue;
			}
			const size_t Equals = Word.find('=');
			const bool bValue = Equals != std::string::npos;
			const std::string Key = LowerCase(Word.substr(1, (bValue ? Equals : Word.size()) - 1));
			const bool bIsKey = Contains(Keys, Key);
			const bool bIsSwitch = Contains(Switches, Key);
			if (bIsKey && (!bValue || Equals + 1 == Word.size()))
			{
				return FOutcome::Failed("-" + Key + " needs a value: -" + Key + "=...");
			}
			if (bIsSwitch && bValue)
			{
				return FOutcome::Failed("-" + Key + " takes no value");
			}
			if (bIsKey || bIsSwitch)
			{
				Arguments.Values[Key] = bValue ? Word.substr(Equals + 1) : std::string();
				continue;
			}
			for (const char* Known : Keys)
			{
				// One wrong letter is a typing error; any other unknown key is taken for one of the engine's.
				if (bValue && Key.size() > 3 && Distance(Key, Known) == 1)
				{
					return FOutcome::Failed("-" + Key + " is unknown: did you mean -" + Known + "?");
				}
			}
		}
		return Arguments;
	}

	const char* BatchUsage()
	{
		return
			"MetaFace: animation sequences from sound waves\n"
			"  UnrealEditor-Cmd PROJECT -run=MetaFace -Waves=/Game/Dialogue -Skeleton=/Game/Hero/Hero_Skeleton\n"
			"\n"
			"  -Waves=PATHS        folders and sound waves, separated by commas\n"
			"  -Skeleton=PATH      the skeleton of the sequences\n"
			"  -Out=FOLDER         folder of the sequences; defaults to each wave's folder\n"
			"  -Speaker=PATH       a MetaFace speaker asset, or a .speaker file\n"
			"  -Names=NAME         LiveLink (JawOpen), Apple (jawOpen) or MetaHuman (CTRL_expressions_jawOpen)\n"
			"  -RigMap=FILE        a rig map for your own morph targets, instead of -Names\n"
			// options:usage (written by cargo xtask options)
			"  -Fps=               Frames per second: 30, 23.976 or 24000/1001\n"
			"  -Strength=          Factor on all motion, 0 to 2\n"
			"  -Liveliness=        Factor on the movement of brows, head and gaze; at 0 only the mouth moves, 0 to 2\n"
			"  -Gains=             Gains and offsets per channel or group, such as JawOpen=1.2,HeadPitch+=0.05,MouthSmile*=0.5,brows=1.3\n"
			"  -Smoothing=         Smoothing of the motion; lip closures are kept, 0 to 1\n"
			"  -Seed=              Seed of brow, head and eye movement; the same seed gives the same clip\n"
			"  -NoHead             do not move the head\n"
			"  -NoEyes             do not move the eyes: blinks and gaze\n"
			"  -StyleStrength=     How much of the speaker is applied: 0 is the average speaker, 1 the speaker, 2 exaggerated, 0 to 2\n"
			// options:end
			"  -Prefix=A_ -Suffix=_Face   before and after the wave's name\n"
			"  -Shard=2/8          only the second of eight parts, to share the work between machines\n"
			"  -Force              make sequences again that are up to date\n"
			"  -DryRun             list the sequences that would be made\n"
			"\n"
			"Exit codes: 0 done, 2 wrong usage, 3 unusable input, 6 some waves failed, 7 all waves failed,\n"
			"8 interrupted.";
	}

	std::vector<std::string> SplitList(const std::string& Text)
	{
		std::vector<std::string> Items;
		size_t Begin = 0;
		while (Begin <= Text.size())
		{
			const size_t End = std::min(Text.find(',', Begin), Text.size());
			const size_t First = Text.find_first_not_of(" \t", Begin);
			if (First < End)
			{
				const size_t Last = Text.find_last_not_of(" \t", End - 1);
				Items.push_back(Text.substr(First, Last + 1 - First));
			}
			Begin = End + 1;
		}
		return Items;
	}

	// FNV-1a (Fowler, Noll and Vo), 64 bits.
	FFingerprint& FFingerprint::Add(const void* Bytes, size_t Count)
	{
		const auto* Octets = static_cast<const unsigned char*>(Bytes);
		for (size_t Index = 0; Index < Count; ++Index)
		{
			Hash = (Hash ^ Octets[Index]) * 1099511628211ull;
		}
		return *this;
	}

	FFingerprint& FFingerprint::Add(const std::string& Text)
	{
		// Includes the terminating zero, so that "ab" "c" and "a" "bc" differ.
		return Add(Text.c_str(), Text.size() + 1);
	}

	std::string FFingerprint::Text() const
	{
		char Digits[17];
		std::snprintf(Digits, sizeof(Digits), "%016llx", static_cast<unsigned long long>(Hash));
		return Digits;
	}
}
