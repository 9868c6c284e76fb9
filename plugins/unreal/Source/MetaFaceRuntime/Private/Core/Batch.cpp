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
		std::string Small(std::string Text)
		{
			std::transform(Text.begin(), Text.end(), Text.begin(), [](unsigned char Letter) { return char(std::tolower(Letter)); });
			return Text;
		}

		bool ReadNumber(const std::string& Text, size_t& Number)
		{
			const char* End = Text.data() + Text.size();
			const auto [Stop, Fault] = std::from_chars(Text.data(), End, Number);
			return Fault == std::errc() && Stop == End;
		}

		// Beside ours there stand the engine's own on the line, such as -unattended.
		constexpr const char* Keys[] = {"waves", "skeleton", "speaker", "out", "shard", "names", "rigmap",
			"fps", "seed", "strength", "stylestrength", "liveliness", "gains", "smooth", "prefix", "suffix"};
		constexpr const char* Switches[] = {"force", "nohead", "noeyes", "dryrun", "help"};

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

		bool IsOne(const char* const* Begin, const char* const* End, const std::string& Word)
		{
			return std::find(Begin, End, Word) != End;
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
			return TOutcome<FShard>::Failed("-Shard=" + Text + " is no part of a whole: -Shard=2/8 is the second machine of eight");
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
		return Done == 0 ? EBatchExit::NoneDone : EBatchExit::SomeNotDone;
	}

	const std::string* FBatchArguments::Find(const std::string& Key) const
	{
		const auto Found = Values.find(Key);
		return Found == Values.end() ? nullptr : &Found->second;
	}

	TOutcome<FBatchArguments> ParseBatchArguments(const std::string& Line)
	{
		using FFailed = TOutcome<FBatchArguments>;
		FBatchArguments Arguments;
		size_t At = 0;
		while (At < Line.size())
		{
			if (std::isspace(static_cast<unsigned char>(Line[At])))
			{
				++At;
				continue;
			}
			std::string Word;
			bool bQuoted = false;
			for (; At < Line.size() && (bQuoted || !std::isspace(static_cast<unsigned char>(Line[At]))); ++At)
			{
				if (Line[At] == '"')
				{
					bQuoted = !bQuoted;
				}
				else
				{
					Word += Line[At];
				}
			}
			if (bQuoted)
			{
				return FFailed::Failed("A quotation mark has no second one: " + Word);
			}
			if (Word.size() < 2 || Word[0] != '-')
			{
				continue;
			}
			const size_t Equals = Word.find('=');
			const bool bValue = Equals != std::string::npos;
			const std::string Key = Small(Word.substr(1, (bValue ? Equals : Word.size()) - 1));
			const bool bIsKey = IsOne(std::begin(Keys), std::end(Keys), Key);
			const bool bIsSwitch = IsOne(std::begin(Switches), std::end(Switches), Key);
			if (bIsKey && (!bValue || Equals + 1 == Word.size()))
			{
				return FFailed::Failed("-" + Key + " wants a value, as in -" + Key + "=...");
			}
			if (bIsSwitch && bValue)
			{
				return FFailed::Failed("-" + Key + " takes no value");
			}
			if (bIsKey || bIsSwitch)
			{
				Arguments.Values[Key] = bValue ? Word.substr(Equals + 1) : std::string();
				continue;
			}
			for (const char* Known : Keys)
			{
				// A slip of one letter is ours; whatever is farther is the engine's.
				if (bValue && Key.size() > 3 && Distance(Key, Known) == 1)
				{
					return FFailed::Failed("-" + Key + " is unknown: did you mean -" + Known + "?");
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
			"  -Waves=PATHS        folders and sound waves, with commas\n"
			"  -Skeleton=PATH      the skeleton the sequences are for\n"
			"  -Out=FOLDER         where they go; beside each wave unless told\n"
			"  -Speaker=PATH       a MetaFace speaker asset, or a .speaker file\n"
			"  -StyleStrength=N    how much of it, 0 to 2\n"
			"  -Names=NAME         LiveLink (JawOpen), Apple (jawOpen) or MetaHuman (CTRL_expressions_jawOpen)\n"
			"  -RigMap=FILE        a rig map with your own morph targets, instead of -Names\n"
			"  -Fps=RATE           30 unless told; 23.976 is 24000/1001\n"
			"  -Seed=N -Strength=N -Liveliness=N -Smooth=N -Gains=\"JawOpen=1.2,brows=1.3\" -NoHead -NoEyes\n"
			"  -Prefix=A_ -Suffix=_Face   around the wave's name\n"
			"  -Shard=2/8          only this machine's part\n"
			"  -Force              make what is up to date again\n"
			"  -DryRun             say what would be made\n"
			"\n"
			"Exit codes: 0 done, 2 wrong usage, 3 an input cannot be used, 6 some waves are not done, 7 none is,\n"
			"8 interrupted.";
	}

	std::vector<std::string> Listed(const std::string& Text)
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
		const auto* Byte = static_cast<const unsigned char*>(Bytes);
		for (size_t Index = 0; Index < Count; ++Index)
		{
			Hash = (Hash ^ Byte[Index]) * 1099511628211ull;
		}
		return *this;
	}

	FFingerprint& FFingerprint::Add(const std::string& Text)
	{
		// With its end, so that "ab" "c" and "a" "bc" differ.
		return Add(Text.c_str(), Text.size() + 1);
	}

	std::string FFingerprint::Text() const
	{
		char Digits[17];
		std::snprintf(Digits, sizeof(Digits), "%016llx", static_cast<unsigned long long>(Hash));
		return Digits;
	}
}
