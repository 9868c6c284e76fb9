// A stand-in for Unreal's Core for MetaFace's tests: see README.md.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

// Macros that the engine defines in every file, so that the tests find conflicts with them.
#define TEXT(String) u##String
#define FORCEINLINE inline
#define check(Expression) ((Expression) ? (void)0 : std::abort())
#define ensure(Expression) (!!(Expression))
#define verify(Expression) ((void)(Expression))
#define PI (3.1415926535897932f)
#define INDEX_NONE (-1)
#define UE_VERSION_OLDER_THAN(Major, Minor, Patch) (SHIM_MINOR < (Minor))

using TCHAR = char16_t;
using uint8 = uint8_t;
using uint16 = uint16_t;
using uint32 = uint32_t;
using uint64 = uint64_t;
using int16 = int16_t;
using int32 = int32_t;
using int64 = int64_t;

template <typename T>
std::remove_reference_t<T>&& MoveTemp(T&& Value)
{
	static_assert(std::is_lvalue_reference_v<T>, "MoveTemp of an rvalue");
	static_assert(!std::is_const_v<std::remove_reference_t<T>>, "MoveTemp of a constant");
	return static_cast<std::remove_reference_t<T>&&>(Value);
}

std::string ShimNarrow(const TCHAR* Wide);
std::u16string ShimWide(const char* Narrow);
#define TCHAR_TO_UTF8(String) (ShimNarrow(String).c_str())
#define UTF8_TO_TCHAR(String) (ShimWide(String).c_str())

struct FMath
{
	template <typename T> static T Max(T A, T B) { return A > B ? A : B; }
	template <typename T> static T Min(T A, T B) { return A < B ? A : B; }
};

namespace ESearchCase
{
	enum Type { CaseSensitive, IgnoreCase };
}

class FString
{
public:
	FString() = default;
	FString(const TCHAR* String) : Data(String) {}
	const TCHAR* operator*() const { return Data.c_str(); }
	bool IsEmpty() const { return Data.empty(); }
	int32 Len() const { return int32(Data.size()); }
	bool Contains(const TCHAR* Part) const { return Data.find(Part) != Data.npos; }
	bool EndsWith(const TCHAR* Part) const { return FString(*this).ToLower().Data.ends_with(FString(Part).ToLower().Data); }
	bool Equals(const FString& Other, ESearchCase::Type Case = ESearchCase::CaseSensitive) const
	{
		return Case == ESearchCase::IgnoreCase ? ToLower().Data == Other.ToLower().Data : Data == Other.Data;
	}
	bool IsNumeric() const
	{
		const std::string Narrow = ShimNarrow(Data.c_str());
		char* End = nullptr;
		std::strtod(Narrow.c_str(), &End);
		return !Narrow.empty() && *End == '\0';
	}
	FString ToLower() const
	{
		FString Lower(*this);
		for (TCHAR& Letter : Lower.Data) Letter = Letter >= u'A' && Letter <= u'Z' ? TCHAR(Letter + 32) : Letter;
		return Lower;
	}
	FString& operator+=(const FString& Other) { Data += Other.Data; return *this; }
	friend FString operator+(FString A, const FString& B) { return A += B; }
	friend FString operator+(const TCHAR* A, const FString& B) { return FString(A) += B; }
	friend FString operator+(FString A, const TCHAR* B) { return A += FString(B); }
	friend FString operator/(FString A, const FString& B) { return A.Data.ends_with(u'/') ? A += B : (A += TEXT("/")) += B; }
	friend FString operator/(FString A, const TCHAR* B) { return A / FString(B); }
	// Case-insensitive, as in the engine.
	friend bool operator==(const FString& A, const FString& B) { return A.ToLower().Data == B.ToLower().Data; }
	friend bool operator<(const FString& A, const FString& B) { return A.ToLower().Data < B.ToLower().Data; }

	template <size_t N, typename... T>
	static FString Printf(const TCHAR (&Format)[N], T... Values)
	{
		return ShimFormat(Format, {Argument(Values)...});
	}

private:
	static FString Argument(const TCHAR* String) { return FString(String); }
	static FString Argument(int32 Number) { return Narrow(std::to_string(Number)); }
	static FString Argument(double Number)
	{
		char Digits[32];
		std::snprintf(Digits, sizeof(Digits), "%g", Number);
		return Narrow(Digits);
	}
	static FString Narrow(const std::string& String) { return FString(ShimWide(String.c_str()).c_str()); }
	static FString ShimFormat(const TCHAR* Format, std::vector<FString> Values)
	{
		FString Out;
		size_t Next = 0;
		for (; *Format; ++Format)
		{
			if (*Format != u'%') Out.Data += *Format;
			else if (*++Format == u'%') Out.Data += u'%';
			else Out += Values.at(Next++);
		}
		if (Next != Values.size()) std::abort();
		return Out;
	}
	std::u16string Data;
};

struct FCString
{
	static double Atod(const TCHAR* String) { return std::atof(ShimNarrow(String).c_str()); }
};

template <typename T>
class TArray
{
public:
	TArray() = default;
	TArray(std::initializer_list<T> Items) : Data(Items) {}
	TArray(const T* Items, int32 Count) : Data(Items, Items + Count) {}
	int32 Num() const { return int32(Data.size()); }
	bool IsEmpty() const { return Data.empty(); }
	T* GetData() { return Data.data(); }
	const T* GetData() const { return Data.data(); }
	decltype(auto) operator[](int32 Index) { return Data.at(size_t(Index)); }
	decltype(auto) operator[](int32 Index) const { return Data.at(size_t(Index)); }
	int32 Add(T Item) { Data.push_back(std::move(Item)); return Num() - 1; }
	void AddUnique(T Item) { if (!Contains(Item)) Add(std::move(Item)); }
	bool Contains(const T& Item) const { return std::find(Data.begin(), Data.end(), Item) != Data.end(); }
	void Reset() { Data.clear(); }
	void Reserve(int32 Count) { Data.reserve(size_t(Count)); }
	void Init(const T& Item, int32 Count) { Data.assign(size_t(Count), Item); }
	void SetNumUninitialized(int32 Count) { Data.resize(size_t(Count)); }
	void Sort() { std::sort(Data.begin(), Data.end()); }
	auto begin() { return Data.begin(); }
	auto end() { return Data.end(); }
	auto begin() const { return Data.begin(); }
	auto end() const { return Data.end(); }
	bool operator==(const TArray&) const = default;

private:
	std::vector<T> Data;
};

template <typename T>
class TConstArrayView
{
public:
	template <size_t N> TConstArrayView(const T (&Items)[N]) : Data(Items), Count(int32(N)) {}
	int32 Num() const { return Count; }
	const T& operator[](int32 Index) const { return Data[Index]; }

private:
	const T* Data;
	int32 Count;
};

template <typename K, typename V>
class TMap
{
public:
	void Add(const K& Key, const V& Value) { Data[Key] = Value; }
	int32 Num() const { return int32(Data.size()); }
	const V* Find(const K& Key) const { auto It = Data.find(Key); return It == Data.end() ? nullptr : &It->second; }

private:
	std::map<K, V> Data;
};

class FName
{
public:
	FName() = default;
	FName(const TCHAR* String) : Data(String) {}
	FName(const char* String) : Data(ShimWide(String).c_str()) {}
	FString ToString() const { return Data; }
	friend bool operator==(const FName& A, const FName& B) { return A.Data == B.Data; }
	friend bool operator<(const FName& A, const FName& B) { return A.Data < B.Data; }

private:
	FString Data;
};
inline const FName NAME_None;

class FText
{
public:
	static FText FromString(const FString& String) { FText Text; Text.Data = String; return Text; }
	static FText AsNumber(int32 Number) { return FromString(FString::Printf(TEXT("%d"), Number)); }
	static FText GetEmpty() { return FText(); }
	const FString& ToString() const { return Data; }
	template <typename... T>
	static FText Format(const FText& Pattern, T... Values)
	{
		const std::vector<std::string> Arguments{ShimNarrow(*FText(Values).ToString())...};
		std::string Out = ShimNarrow(*Pattern.Data);
		for (size_t Index = 0; Index < Arguments.size(); ++Index)
		{
			const std::string Mark = "{" + std::to_string(Index) + "}";
			const size_t At = Out.find(Mark);
			if (At == Out.npos) std::abort();
			Out.replace(At, Mark.size(), Arguments[Index]);
		}
		return FromString(FString(ShimWide(Out.c_str()).c_str()));
	}

private:
	FString Data;
};
#define LOCTEXT(Key, String) FText::FromString(TEXT(String))

namespace ESPMode
{
	enum Type { NotThreadSafe, ThreadSafe };
}
template <typename T, int Mode = ESPMode::ThreadSafe>
class TSharedPtr
{
public:
	TSharedPtr() = default;
	TSharedPtr(std::shared_ptr<T> InData) : Data(std::move(InData)) {}
	bool IsValid() const { return Data != nullptr; }
	void Reset() { Data.reset(); }
	T* operator->() const { return Data.get(); }
	T& operator*() const { return *Data; }
	auto ToSharedRef() const { return *this; }

private:
	std::shared_ptr<T> Data;
};
template <typename T, int Mode = ESPMode::ThreadSafe> using TSharedRef = TSharedPtr<T, Mode>;
template <typename T, int Mode = ESPMode::ThreadSafe, typename... A>
TSharedPtr<T, Mode> MakeShared(A&&... Arguments)
{
	return TSharedPtr<T, Mode>(std::make_shared<T>(std::forward<A>(Arguments)...));
}
template <typename T>
class TUniquePtr : public std::unique_ptr<T>
{
public:
	using std::unique_ptr<T>::unique_ptr;
	bool IsValid() const { return this->get() != nullptr; }
};

namespace ELogVerbosity
{
	enum Type { Error, Warning, Display, Log, All };
}
struct FShimLog
{
	static inline std::vector<std::pair<ELogVerbosity::Type, std::string>> Lines;
	static bool Contains(const std::string& Part)
	{
		return std::any_of(Lines.begin(), Lines.end(), [&](const auto& Line) { return Line.second.find(Part) != std::string::npos; });
	}
};
struct FLogCategoryBase {};
#define DECLARE_LOG_CATEGORY_EXTERN(Name, Default, Compiled) extern struct FLogCategory##Name : public FLogCategoryBase {} Name
#define DEFINE_LOG_CATEGORY(Name) FLogCategory##Name Name
#define UE_LOG(Category, Verbosity, Format, ...) \
	((void)static_cast<const FLogCategoryBase&>(Category), \
		FShimLog::Lines.emplace_back(ELogVerbosity::Verbosity, ShimNarrow(*FString::Printf(Format, ##__VA_ARGS__))))

struct FFrameRate
{
	FFrameRate() = default;
	FFrameRate(uint32 InNumerator, uint32 InDenominator) : Numerator(int32(InNumerator)), Denominator(int32(InDenominator)) {}
	int32 Numerator = 60000;
	int32 Denominator = 1;
};
struct FFrameNumber
{
	explicit FFrameNumber(int32 InValue) : Value(InValue) {}
	int32 Value;
};
struct FColor
{
	FColor(uint8, uint8, uint8) {}
};
struct FLinearColor
{
	explicit FLinearColor(const FColor&) {}
};
struct FVector2D
{
	FVector2D(double, double) {}
};

struct FFileHelper
{
	static bool LoadFileToString(FString& Out, const TCHAR* File);
};

#include "Threads.h"
