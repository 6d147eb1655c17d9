using Truce.Package;

return args switch
{
    ["man", var folder] => await ManPages.WriteAsync(folder).ConfigureAwait(false),
    ["completion", var folder] => await Completion.WriteAsync(folder).ConfigureAwait(false),
    ["sbom", var file, var programs] => Sbom.Write(file, programs),
    ["notices", var folder] => ShippedPackages.CopyNotices(folder),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: man FOLDER | completion FOLDER | sbom FILE PROGRAMS | notices FOLDER");
    return 2;
}
