using Truce.Explore;

return args switch
{
    [] or ["explore"] => ExploreCommand.Run(),
    ["case", var file] => CaseCommand.Run(file),
    ["groups"] => GroupsCommands.Explore(),
    ["groups-seeds"] => GroupsCommands.Seeds(),
    _ => Fail(),
};

static int Fail()
{
    Console.Error.WriteLine("there are: explore, case FILE, groups, groups-seeds");
    return 2;
}
