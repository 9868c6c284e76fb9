// A stand-in for the threads, tasks and delegates of Unreal's Core for MetaFace's tests: see README.md.
#pragma once

namespace ENamedThreads
{
	enum Type { GameThread, AnyBackgroundThreadNormalTask };
}
/** Each background task runs on a new thread; tasks of the game thread run when the test calls RunGameThread. */
struct FShimTasks
{
	static inline std::mutex Lock;
	static inline std::deque<std::function<void()>> Game;
	static inline std::atomic<int> Running{0};
	static void RunGameThread();
	static void Settle();
};
void AsyncTask(ENamedThreads::Type Thread, std::function<void()> Task);

struct FDelegateHandle
{
	int Number = 0;
	bool IsValid() const { return Number != 0; }
	void Reset() { Number = 0; }
};
template <typename... A>
class TShimMulticast
{
public:
	template <typename T>
	FDelegateHandle AddUObject(T* Object, void (T::*Method)(A...))
	{
		return AddShim([Object, Method](A... Values) { (Object->*Method)(Values...); });
	}
	FDelegateHandle AddShim(std::function<void(A...)> Listener) { Listeners[++Last] = std::move(Listener); return {Last}; }
	void Remove(FDelegateHandle Handle) { Listeners.erase(Handle.Number); }
	void Broadcast(A... Values) { for (auto& [Number, Listener] : std::map(Listeners)) Listener(Values...); }
	bool IsBound() const { return !Listeners.empty(); }

private:
	int Last = 0;
	std::map<int, std::function<void(A...)>> Listeners;
};
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE(Name) class Name : public TShimMulticast<> {}
#define DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(Name, Type, Parameter) class Name : public TShimMulticast<Type> {}

struct FSimpleMulticastDelegate
{
	struct FDelegate
	{
		template <typename T>
		static FDelegate CreateRaw(T* Object, void (T::*Method)())
		{
			return {[Object, Method] { (Object->*Method)(); }};
		}
		std::function<void()> Call;
	};
};
