using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>Requests that don't keep to the limits go no further than the client's own server.</summary>
public sealed class RequestBoundsTests
{
    private static readonly GroupsLimits s_limits = new()
    {
        NameBytes = 4,
        ValueBytes = 4,
        MessageBytes = 4,
        ReasonBytes = 4,
        PhaseLimit = TimeSpan.FromSeconds(5),
    };

    public static TheoryData<GroupRequest, bool> Requests()
    {
        GroupName four = new("four");
        ProposalTerms terms = Scene.Voted;
        return new()
        {
            { new GroupRequest.Join(four, "i", null), true },
            { new GroupRequest.Join(new GroupName("f\u00fcnf"), "i", null), false },
            { new GroupRequest.Join(new GroupName(""), "i", null), false },
            { new GroupRequest.Join(new GroupName("a\nb"), "i", null), false },
            { new GroupRequest.Join(four, "", null), false },
            { new GroupRequest.Join(four, "i", GroupAttributes.Plain), false },
            { new GroupRequest.Join(four, "i", GroupAttributes.Plain with { Limit = terms.Limit }), true },
            { new GroupRequest.Join(four, "i",
                GroupAttributes.Plain with { Limit = terms.Limit, Source = four }), false },
            { new GroupRequest.Join(four, "i", null) { Check = Check(100, 5_000) }, true },
            { new GroupRequest.Join(four, "i", null) { Check = Check(99, 5_000) }, false },
            { new GroupRequest.Join(four, "i", null) { Check = Check(100, 5_001) }, false },
            { new GroupRequest.Join(four, "i", null) { Deactivate = "four" }, true },
            { new GroupRequest.Join(four, "i", null) { Deactivate = "12345" }, false },
            { new GroupRequest.Join(four, "i", null) { Deactivate = "a\nb" }, false },
            { new GroupRequest.Leave(four, terms with { Limit = TimeSpan.Zero }), false },
            { new GroupRequest.Leave(four, terms with { Limit = TimeSpan.FromSeconds(6) }), false },
            { new GroupRequest.Leave(four, terms with { Key = "12345" }), false },
            { new GroupRequest.Leave(four, terms), true },
            { new GroupRequest.Goodbye(new GroupName("fives")), false },
            { new GroupRequest.Expel(four, Scene.Client('a'), "12345", terms), false },
            { new GroupRequest.ChangeValue(four, null, "", terms), true },
            { new GroupRequest.ChangeValue(four, null, "12345", terms), false },
            { new GroupRequest.ChangeAttributes(four, GroupAttributes.Plain, terms), false },
            { new GroupRequest.Broadcast(four, "12345", terms), false },
            { new GroupRequest.CastVote(four, 1, 1, new Vote(VoteChoice.Approve)), true },
            { new GroupRequest.CastVote(four, 1, 1, new Vote(VoteChoice.Approve, "12345")), false },
            { new GroupRequest.CastVote(four, 1, 1, new Vote(VoteChoice.Approve) { Message = "12345" }),
                false },
            { new GroupRequest.CastVote(four, 1, 1, new Vote(VoteChoice.Approve) { Value = "12345" }),
                false },
            { new GroupRequest.Subscribe(new GroupName("")), false },
            { new GroupRequest.Unsubscribe(four), true },
            { new GroupRequest.TakeClaim(new ClaimName("12345"), ClaimPatience.Wait), false },
            { new GroupRequest.ReleaseClaim(new ClaimName("four")), true },
        };
    }

    private static ResponsivenessTerms Check(int everyMs, int limitMs) => new(
        ResponsivenessBy.Ping, TimeSpan.FromMilliseconds(everyMs), TimeSpan.FromMilliseconds(limitMs));

    [Theory]
    [MemberData(nameof(Requests))]
    public void Names_texts_and_times_are_bounded(GroupRequest request, bool fits) =>
        Assert.Equal(fits, RequestBounds.Fits(request, s_limits));
}
