using Truce.Engine.Corosync;

namespace Truce.Engine.Tests.Corosync;

/// <summary>Messages that come in parts.</summary>
public sealed class MessagePartTests
{
    [Fact]
    public void Parts_of_one_attempt_make_a_message()
    {
        Assembly assembly = new();
        Assert.Null(assembly.Take(new PartHead(true, false, 3), [1]));
        Assert.Null(assembly.Take(new PartHead(false, false, 3), [2]));
        Assert.Equal([1, 2, 3], assembly.Take(new PartHead(false, true, 3), [3]));
    }

    [Fact]
    public void Parts_of_an_earlier_attempt_dont_count_for_a_later_one()
    {
        Assembly assembly = new();
        Assert.Null(assembly.Take(new PartHead(true, false, 3), [1]));
        Assert.Null(assembly.Take(new PartHead(true, false, 4), [7]));
        Assert.Null(assembly.Take(new PartHead(false, false, 3), [2]));
        Assert.Null(assembly.Take(new PartHead(false, true, 4), [8]));
    }

    [Fact]
    public void What_begins_anew_forgets_what_was_begun()
    {
        Assembly assembly = new();
        Assert.Null(assembly.Take(new PartHead(true, false, 3), [1]));
        Assert.Null(assembly.Take(new PartHead(true, false, 4), [7]));
        Assert.Equal([7, 8], assembly.Take(new PartHead(false, true, 4), [8]));
        Assert.Null(assembly.Take(new PartHead(false, true, 4), [9]));
    }
}
