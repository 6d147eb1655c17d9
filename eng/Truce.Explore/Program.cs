using Truce.Explore;

return args switch
{
    [] or ["explore"] => ExploreCommand.Run(),
    ["case", var file] => CaseCommand.Run(file),
    _ => Fail(),
};

static int Fail()
{
    Console.Error.WriteLine("there are: explore, case FILE");
    return 2;
}
