using Truce.Verify;

return args switch
{
    ["test", .. var suites] => await TestRun.RunAsync(suites).ConfigureAwait(false),
    ["verify", var name] => await VerifyRun.RunAsync(name).ConfigureAwait(false),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: test [SUITE…] | verify NAME");
    return 2;
}
