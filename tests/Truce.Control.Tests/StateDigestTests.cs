using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>The digest that members compare covers everything that they must agree on.</summary>
public sealed class StateDigestTests
{
    private static readonly ReplicatedState s_state = Full();

    public static TheoryData<string> Properties => [.. typeof(ReplicatedState).GetProperties().Where(p => p.CanWrite).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Properties))]
    public void Every_part_of_the_state_counts(string property)
    {
        ReplicatedState other = Clone(s_state);
        PropertyInfo changed = typeof(ReplicatedState).GetProperty(property)!;
        changed.SetValue(other, property == "Cib" ? Given.Cib("<primitive id=\"x\" class=\"ocf\" provider=\"p\" type=\"t\"/>") : Another(changed.GetValue(s_state), changed.PropertyType));
        Assert.NotEqual(new StateDigest().Of(s_state), new StateDigest().Of(other));
    }

    [Theory]
    [InlineData(typeof(Order))]
    [InlineData(typeof(FenceState))]
    [InlineData(typeof(FenceIntent))]
    [InlineData(typeof(MemberState))]
    [InlineData(typeof(StartedAs))]
    [InlineData(typeof(FencePath))]
    [InlineData(typeof(MeasuredTimes))]
    [InlineData(typeof(OpenRecovery))]
    [InlineData(typeof(PlanningTrouble))]
    [InlineData(typeof(BlockedStep))]
    [InlineData(typeof(EventState))]
    [InlineData(typeof(SessionState))]
    [InlineData(typeof(ConfigurationVersion))]
    [InlineData(typeof(Command.Formed))]
    public void Every_property_of_a_part_counts(Type type)
    {
        string digest = new StateDigest().Of(s_state);
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.CanWrite))
        {
            ReplicatedState other = With(type, part =>
            {
                object changed = Clone(part);
                property.SetValue(changed, Another(property.GetValue(part), property.PropertyType));
                return changed;
            });
            Assert.True(digest != new StateDigest().Of(other), $"{type.Name}.{property.Name} doesn't count");
        }
    }

    [Fact]
    public void A_result_in_one_history_counts()
    {
        ReplicatedState state = Given.Joined(1, 2);
        Order order = Given.Order(1, "r1", "start");
        state = Given.Apply(state, Given.Ordered(state, order));
        StateDigest digest = new();
        string one = digest.Of(Given.Apply(state, Given.Results(1, Given.Result(order)), 1));
        string other = digest.Of(Given.Apply(state, Given.Results(1, Given.Result(order, call: 2)), 1));
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void What_is_remembered_changes_no_digest()
    {
        StateDigest used = new();
        ReplicatedState state = s_state;
        for (int i = 0; i < 5; i++)
        {
            state = Given.Apply(state, new Command.SetTransient(Given.Node(1), "a", $"{i}"));
            Assert.Equal(new StateDigest().Of(state), used.Of(state));
        }
    }

    [Fact]
    public void Events_that_are_dropped_leave_the_digests_of_the_others()
    {
        StateDigest used = new();
        ReplicatedState state = s_state;
        for (int i = 0; i < ReplicatedState.EventsMax + 300; i++)
        {
            state = state.Tell(Given.Noon, "kind", $"event {i}");
            if (i % 100 == 0)
                Assert.Equal(new StateDigest().Of(state), used.Of(state));
        }
    }

    [Theory]
    [InlineData("abcd", "abcd", "")]
    [InlineData("abcd", "abcde", "e")]
    [InlineData("abcd", "bcd", "")]
    [InlineData("abcd", "abd", "")]
    [InlineData("abcd", "axcd", "x")]
    [InlineData("abcd", "xabcdy", "xy")]
    [InlineData("abcd", "badc", "ac")]
    [InlineData("abcd", "", "")]
    public void Only_parts_that_are_new_or_out_of_order_are_digested(
        string before, string now, string digested)
    {
        Dictionary<char, object> parts = $"{before}{now}".Distinct().ToDictionary(c => c, c => (object)c);
        PartDigests digests = new();
        string made = "";
        void Read(string sequence)
        {
            digests.Begin();
            made = "";
            foreach (char c in sequence)
                Assert.Equal((UInt128)c, digests.Of(parts[c], p => made += p, text => text[^1]));
        }

        Read(before);
        Read(now);
        Assert.Equal(digested, made);
    }

    [Fact]
    public void A_snapshot_has_the_digest_of_its_source() =>
        Assert.Equal(new StateDigest().Of(s_state), new StateDigest().Of(StateText.FromDocument(StateText.ToDocument(s_state))));

    private static ReplicatedState Full()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = Given.Apply(state, Given.Ordered(state, Given.Order(1, "r1", "start")));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3) with { Allowed = [Given.Order(2, "r2", "start")] }));
        StartedAs started = new()
        {
            Node = Given.Node(1), Resource = new ResourceId("r1"), Agent = new AgentName("ocf", "a", "A"), Parameters = [],
        };
        FencePath path = new()
        {
            From = Given.Node(1), Device = new ResourceId("power"), Target = Given.Node(2), Digest = "d",
        };
        MeasuredTimes measured = new(new ResourceId("r1"), MeasuredKind.Operation, "start")
        {
            Runs = [new MeasuredRun(7, 8)],
        };
        OpenRecovery recovery = new()
        {
            Resource = new ResourceId("r1"), Cause = RecoveryCause.NodeLost, Node = Given.Node(1),
            Until = RecoveryEnd.Start, At = Given.Noon, SinceMs = 5,
        };
        return state with
        {
            Measured = state.Measured.SetItem(measured.Key, measured),
            Recovering = state.Recovering.SetItem(recovery.Resource, recovery),
            Versions = [new ConfigurationVersion(1, default, Given.Noon, "a", "b")],
            Planning = new PlanningTrouble(Given.Node(1), Given.Noon, "no such plan", 1),
            Blocked =
                [new BlockedStep(new ResourceId("r1"), Given.Node(1), "stop", new ResourceId("r2"), "why")],
            Started = state.Started.SetItem((started.Node, started.Resource), started),
            FencePaths = state.FencePaths.SetItem((path.From, path.Device, path.Target), path),
        };
    }

    private static ReplicatedState With(Type type, Func<object, object> change) => type.Name switch
    {
        nameof(Order) => s_state with { Pending = s_state.Pending.SetItem(s_state.Pending.Keys.First(), (Order)change(s_state.Pending.Values.First())) },
        nameof(FenceState) => s_state with { Fences = [(FenceState)change(s_state.Fences[0])] },
        nameof(FenceIntent) => s_state with { Fences = [s_state.Fences[0] with { Intent = (FenceIntent)change(s_state.Fences[0].Intent) }] },
        nameof(StartedAs) => s_state with { Started = s_state.Started.SetItem(s_state.Started.Keys.First(), (StartedAs)change(s_state.Started.Values.First())) },
        nameof(FencePath) =>
            s_state with { FencePaths =
                s_state.FencePaths.SetItem(s_state.FencePaths.Keys.First(),
                    (FencePath)change(s_state.FencePaths.Values.First())) },
        nameof(MeasuredTimes) => s_state with { Measured = s_state.Measured.SetItem(
            s_state.Measured.Keys.First(), (MeasuredTimes)change(s_state.Measured.Values.First())) },
        nameof(OpenRecovery) => s_state with { Recovering = s_state.Recovering.SetItem(
            s_state.Recovering.Keys.First(), (OpenRecovery)change(s_state.Recovering.Values.First())) },
        nameof(PlanningTrouble) => s_state with { Planning = (PlanningTrouble)change(s_state.Planning!) },
        nameof(BlockedStep) => s_state with { Blocked = [(BlockedStep)change(s_state.Blocked[0])] },
        nameof(MemberState) => s_state with { Members = s_state.Members.SetItem(Given.Node(1), (MemberState)change(s_state.Members[Given.Node(1)])) },
        nameof(EventState) => s_state with { Events = s_state.Events.SetItem(0, (EventState)change(s_state.Events[0])) },
        nameof(SessionState) => s_state with { Sessions = s_state.Sessions.SetItem("s1", (SessionState)change(s_state.Sessions["s1"])) },
        nameof(ConfigurationVersion) => s_state with { Configuration = (ConfigurationVersion)change(s_state.Configuration) },
        _ => s_state with { View = (Command.Formed)change(s_state.View!) },
    };

    private static T Clone<T>(T record) where T : class =>
        (T)record.GetType().GetMethod("<Clone>$")!.Invoke(record, [])!;

    // Something of the type that differs from what is there.
    private static object? Another(object? value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return value + "x";
        if (type == typeof(bool))
            return value is not true;
        if (type == typeof(int))
            return (int)(value ?? 0) + 1;
        if (type == typeof(long))
            return (long)(value ?? 0L) + 1;
        if (type == typeof(DateTimeOffset))
            return ((DateTimeOffset?)value ?? Given.Noon).AddTicks(1);
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().First(e => !e.Equals(value));
        if (type == typeof(Epoch))
            return new Epoch(77, 7);
        if (type == typeof(Standing))
            return new Standing(new Epoch(77, 7), 7);
        return typeof(IEnumerable).IsAssignableFrom(type) && value is IEnumerable { } items && items.Cast<object>().Any()
            ? Empty(value)
            : Other(value, type);
    }

    private static object Empty(object value) => value switch
    {
        ImmutableSortedDictionary<NodeId, MemberState> m => m.Clear(),
        ImmutableSortedDictionary<string, SessionState> s => s.Clear(),
        ImmutableSortedDictionary<string, Order> o => o.Clear(),
        ImmutableSortedDictionary<(NodeId, ResourceId), StartedAs> s => s.Clear(),
        ImmutableSortedDictionary<(NodeId, ResourceId, NodeId), FencePath> p => p.Clear(),
        ImmutableSortedDictionary<string, MeasuredTimes> m => m.Clear(),
        ImmutableSortedDictionary<ResourceId, OpenRecovery> r => r.Clear(),
        ImmutableSortedSet<ResourceId> r => r.Clear(),
        ImmutableArray<EventState> => ImmutableArray<EventState>.Empty,
        ImmutableArray<FenceState> => ImmutableArray<FenceState>.Empty,
        ImmutableArray<ConfigurationVersion> => ImmutableArray<ConfigurationVersion>.Empty,
        _ => Activator.CreateInstance(value.GetType())!,
    };

    private static object Other(object? value, Type type) => type.Name switch
    {
        nameof(NodeId) => Given.Node(9),
        nameof(NodeUuid) => new NodeUuid("9"),
        nameof(ResourceId) => new ResourceId("other"),
        nameof(AgentName) => new AgentName("ocf", "other", "Other"),
        nameof(FenceIntent) => ((FenceIntent)value!) with { Id = "other" },
        nameof(ConfigurationVersion) => ((ConfigurationVersion)value!) with { Version = 99 },
        nameof(PlanningTrouble) => ((PlanningTrouble)value!) with { Attempts = 99 },
        nameof(Command.Formed) => ((Command.Formed)value!) with { Needed = 99 },
        _ when type == typeof(ImmutableSortedSet<ResourceId>) => Given.Trusted,
        _ when type == typeof(EquatableArray<string>) => (EquatableArray<string>)["other"],
        _ when type == typeof(EquatableArray<NodeId>) => (EquatableArray<NodeId>)[Given.Node(9)],
        _ when type == typeof(EquatableArray<NameText>) => (EquatableArray<NameText>)[new NameText("other", "x")],
        _ when type == typeof(EquatableArray<Acquittal>) =>
            (EquatableArray<Acquittal>)[new Acquittal(new ResourceId("other"), AcquittalReach.Bans, "x")],
        _ when type == typeof(EquatableArray<Order>) => (EquatableArray<Order>)[Given.Order(3, "other", "start")],
        _ => throw new NotSupportedException($"how does another {type} look?"),
    };
}
