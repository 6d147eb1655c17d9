using Truce.Verify;
using Truce.Verify.House;

Interruption.Watch();
return args switch
{
    ["test", .. var suites] => await TestRun.RunAsync(suites).ConfigureAwait(false),
    ["verify", var name] => await VerifyRun.RunAsync(name).ConfigureAwait(false),
    ["hold", var what, var folder] => await HoldAsync(what, folder).ConfigureAwait(false),
    _ => Usage(),
};

// For the row that interrupts a run: something to take down.
static async Task<int> HoldAsync(string what, string folder)
{
    Ended up = await InterruptionRow.BringUpAsync(what, folder).ConfigureAwait(false);
    Console.WriteLine(up.Code == 0 ? "UP" : $"exit {up.Code}: {up.LastLine}");
    if (up.Code == 0)
        await Task.Delay(Timeout.InfiniteTimeSpan).ConfigureAwait(false);
    return up.Code;
}

static int Usage()
{
    Console.Error.WriteLine("usage: test [SUITE…] | verify NAME");
    return 2;
}
