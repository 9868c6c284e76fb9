#include <doctest/doctest.h>

#include "MetaFaceCore/Batch.h"

using namespace MetaFaceCore;

TEST_CASE("the shards together contain every line exactly once")
{
	for (size_t Lines = 0; Lines < 40; ++Lines)
	{
		for (size_t Count = 1; Count < 12; ++Count)
		{
			size_t Next = 0;
			for (size_t Number = 1; Number <= Count; ++Number)
			{
				const auto [Begin, End] = PartOf(Lines, {Number, Count});
				CHECK(Begin == Next);
				CHECK(End >= Begin);
				Next = End;
			}
			CHECK(Next == Lines);
		}
	}
}

TEST_CASE("a shard is given as on the command line")
{
	CHECK(ParseShard("2/8")->Number == 2);
	CHECK(ParseShard("8/8")->Count == 8);
	for (const char* Invalid : {"", "0/8", "9/8", "2", "2/", "/8", "a/b", "2/8/1", "-1/8", "2/99999999999999999999"})
	{
		CHECK_FALSE(bool(ParseShard(Invalid)));
	}
}

TEST_CASE("the commandlet reads its own arguments, ignores the engine's and reports typing errors")
{
	const auto Line = ParseBatchArguments(
		R"(Game.uproject -run=MetaFace -Waves="/Game/My Lines,/Game/B" -SKELETON=/Game/S -nohead -unattended -abslog=x.txt)");
	REQUIRE_MESSAGE(bool(Line), Line.Error());
	CHECK(*Line->Find("waves") == "/Game/My Lines,/Game/B");
	CHECK(*Line->Find("skeleton") == "/Game/S");
	CHECK(Line->Find("nohead") != nullptr);
	CHECK(Line->Find("force") == nullptr);
	CHECK(ParseBatchArguments("-Skeletn=/Game/S").Error().find("-skeleton") != std::string::npos);
	CHECK_FALSE(bool(ParseBatchArguments("-Waves")));
	CHECK_FALSE(bool(ParseBatchArguments("-Waves=")));
	CHECK_FALSE(bool(ParseBatchArguments("-Waves=\"/Game")));
	CHECK_FALSE(bool(ParseBatchArguments("-Force=yes")));
	CHECK(bool(ParseBatchArguments("")));
}

TEST_CASE("lists may contain blanks and empty items")
{
	CHECK(SplitList(" a , b,, c ") == std::vector<std::string>{"a", "b", "c"});
	CHECK(SplitList("").empty());
	CHECK(SplitList(" , ").empty());
}

TEST_CASE("the exit codes are those of the command line")
{
	CHECK(int(ExitOf(3, 0, false)) == 0);
	CHECK(int(ExitOf(0, 0, false)) == 0);
	CHECK(int(ExitOf(2, 1, false)) == 6);
	CHECK(int(ExitOf(0, 1, false)) == 7);
	CHECK(int(ExitOf(2, 1, true)) == 8);
}

TEST_CASE("equal inputs have equal fingerprints, different inputs different ones")
{
	CHECK(FFingerprint().Add("ab").Add("c").Text() != FFingerprint().Add("a").Add("bc").Text());
	CHECK(FFingerprint().Add("ab").Text() == FFingerprint().Add("ab").Text());
	CHECK(FFingerprint().Text().size() == 16);
}
