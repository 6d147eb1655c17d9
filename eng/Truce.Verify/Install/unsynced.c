/* A file system that loses what wasn't synced. usage: unsynced BACKING MOUNTPOINT
 *
 * What is written stays in this process's memory until fsync or fdatasync of the file puts it into BACKING; so when the
 * process is killed, as a power cut of a lab's node does, it is gone, whatever the machine's page cache holds. Names,
 * sizes set by truncate, owners and modes are durable at once: a journal would keep them, and nothing here is about them.
 * Closing a file syncs nothing, and neither does sync(2), which doesn't reach a FUSE file system. One thread (-s). */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define BLOCK ((off_t)8192)
#define BUCKETS 4096

/* A block that is written and not synced: all of it is kept, with what BACKING has around the written part. */
struct block {
    struct block *next;
    off_t index;
    char data[BLOCK];
};

/* A file with open handles or unsynced blocks. The inode's number is its name, so that renaming changes nothing. */
struct node {
    struct node *next;
    dev_t device;
    ino_t inode;
    int handles;
    int unlinked;
    off_t size;
    long dirty;
    struct block **blocks;
};

struct handle {
    int file;
    struct node *node;
};

static int backing;
static struct node *nodes[BUCKETS];

static const char *below(const char *path) { return path[1] ? path + 1 : "."; }

static int result(int code) { return code < 0 ? -errno : 0; }

static struct handle *handle_of(struct fuse_file_info *info) { return (struct handle *)(uintptr_t)info->fh; }

/* How much of what begins at a position is in the position's block. */
static size_t within(off_t at, size_t wanted) {
    size_t rest = (size_t)(BLOCK - at % BLOCK);
    return rest < wanted ? rest : wanted;
}

static struct node *find(const struct stat *s) {
    struct node *n = nodes[s->st_ino % BUCKETS];
    while (n && !(n->inode == s->st_ino && n->device == s->st_dev)) n = n->next;
    return n;
}

static void drop_blocks(struct node *n, off_t from) {
    for (int i = 0; n->blocks && i < BUCKETS; i++)
        for (struct block **at = &n->blocks[i]; *at;) {
            struct block *b = *at;
            if (b->index < from) {
                at = &b->next;
                continue;
            }
            *at = b->next;
            free(b);
            n->dirty--;
        }
}

/* A file that is gone takes its blocks along: its number may be given to another. */
static void forget(struct node *n) {
    if (n->handles || (n->dirty && !n->unlinked)) return;
    struct node **at = &nodes[n->inode % BUCKETS];
    while (*at != n) at = &(*at)->next;
    *at = n->next;
    drop_blocks(n, 0);
    free(n->blocks);
    free(n);
}

static struct node *take(int file) {
    struct stat s;
    if (fstat(file, &s)) return NULL;
    struct node *n = find(&s);
    if (!n) {
        n = calloc(1, sizeof *n);
        n->device = s.st_dev;
        n->inode = s.st_ino;
        n->size = s.st_size;
        n->next = nodes[n->inode % BUCKETS];
        nodes[n->inode % BUCKETS] = n;
    }
    n->handles++;
    return n;
}

static struct block *block_at(struct node *n, off_t index) {
    struct block *b = n->blocks ? n->blocks[index % BUCKETS] : NULL;
    while (b && b->index != index) b = b->next;
    return b;
}

static struct block *block_for_writing(int file, struct node *n, off_t index) {
    struct block *b = block_at(n, index);
    if (b) return b;
    if (!n->blocks) n->blocks = calloc(BUCKETS, sizeof *n->blocks);
    b = calloc(1, sizeof *b);
    b->index = index;
    if (pread(file, b->data, BLOCK, index * BLOCK) < 0) memset(b->data, 0, BLOCK);
    b->next = n->blocks[index % BUCKETS];
    n->blocks[index % BUCKETS] = b;
    n->dirty++;
    return b;
}

static int synced(int file, struct node *n) {
    for (int i = 0; n->blocks && i < BUCKETS; i++)
        for (struct block *b = n->blocks[i]; b; b = b->next) {
            off_t at = b->index * BLOCK;
            size_t length = n->size - at < BLOCK ? (size_t)(n->size - at) : BLOCK;
            if (pwrite(file, b->data, length, at) != (ssize_t)length) return -EIO;
        }
    drop_blocks(n, 0);
    return 0;
}

static void resized(struct node *n, off_t size) {
    drop_blocks(n, (size + BLOCK - 1) / BLOCK);
    struct block *last = size % BLOCK ? block_at(n, size / BLOCK) : NULL;
    if (last) memset(last->data + size % BLOCK, 0, BLOCK - size % BLOCK);
    n->size = size;
}

static int open_at(const char *path, struct fuse_file_info *info, int flags, mode_t mode) {
    /* A block is filled from the file before it is written to, and any handle may sync: all are for both. */
    int both = (flags & ~(O_ACCMODE | O_APPEND | O_SYNC | O_DSYNC | O_DIRECT)) | O_RDWR;
    int file = openat(backing, below(path), both, mode);
    if (file < 0) return -errno;
    if (flags & O_CREAT) {
        const struct fuse_context *who = fuse_get_context();
        if (fchown(file, who->uid, who->gid)) return close(file), -errno;
    }
    struct handle *h = malloc(sizeof *h);
    *h = (struct handle){file, take(file)};
    if (flags & O_TRUNC) resized(h->node, 0);
    info->fh = (uintptr_t)h;
    return 0;
}

static int on_open(const char *path, struct fuse_file_info *info) { return open_at(path, info, info->flags, 0); }

static int on_create(const char *path, mode_t mode, struct fuse_file_info *info) {
    return open_at(path, info, info->flags | O_CREAT, mode);
}

static int on_release(const char *path, struct fuse_file_info *info) {
    (void)path;
    struct handle *h = handle_of(info);
    close(h->file);
    h->node->handles--;
    forget(h->node);
    free(h);
    return 0;
}

static int on_read(const char *path, char *to, size_t size, off_t from, struct fuse_file_info *info) {
    (void)path;
    struct handle *h = handle_of(info);
    if (from >= h->node->size) return 0;
    if ((off_t)size > h->node->size - from) size = h->node->size - from;
    ssize_t had = pread(h->file, to, size, from);
    if (had < 0) return -errno;
    memset(to + had, 0, size - had);
    for (size_t done = 0; h->node->dirty && done < size;) {
        off_t at = from + done;
        size_t length = within(at, size - done);
        struct block *b = block_at(h->node, at / BLOCK);
        if (b) memcpy(to + done, b->data + at % BLOCK, length);
        done += length;
    }
    return size;
}

static int on_write(const char *path, const char *from, size_t size, off_t to, struct fuse_file_info *info) {
    (void)path;
    struct handle *h = handle_of(info);
    for (size_t done = 0; done < size;) {
        off_t at = to + done;
        size_t length = within(at, size - done);
        memcpy(block_for_writing(h->file, h->node, at / BLOCK)->data + at % BLOCK, from + done, length);
        done += length;
    }
    if (to + (off_t)size > h->node->size) h->node->size = to + size;
    return info->flags & (O_SYNC | O_DSYNC) && synced(h->file, h->node) ? -EIO : (int)size;
}

static int on_fsync(const char *path, int data, struct fuse_file_info *info) {
    (void)path, (void)data;
    return synced(handle_of(info)->file, handle_of(info)->node);
}

static int on_fsyncdir(const char *path, int data, struct fuse_file_info *info) {
    (void)path, (void)data, (void)info;
    return 0;
}

static int on_getattr(const char *path, struct stat *s, struct fuse_file_info *info) {
    if (info ? fstat(handle_of(info)->file, s) : fstatat(backing, below(path), s, AT_SYMLINK_NOFOLLOW)) return -errno;
    struct node *n = find(s);
    if (n && S_ISREG(s->st_mode)) s->st_size = n->size;
    return 0;
}

static int on_truncate(const char *path, off_t size, struct fuse_file_info *info) {
    int file = info ? handle_of(info)->file : openat(backing, below(path), O_RDWR);
    struct stat s;
    if (file < 0 || ftruncate(file, size) || fstat(file, &s)) return -errno;
    struct node *n = find(&s);
    if (n) resized(n, size);
    if (!info) close(file);
    return 0;
}

/* Looks before a name goes: the file behind it may go with it. */
static struct node *behind(const char *path) {
    struct stat s;
    if (fstatat(backing, below(path), &s, AT_SYMLINK_NOFOLLOW) || s.st_nlink > 1 || S_ISDIR(s.st_mode)) return NULL;
    return find(&s);
}

static void gone(struct node *n) {
    if (!n) return;
    n->unlinked = 1;
    forget(n);
}

static int on_unlink(const char *path) {
    struct node *n = behind(path);
    if (unlinkat(backing, below(path), 0)) return -errno;
    gone(n);
    return 0;
}

static int on_rename(const char *from, const char *to, unsigned flags) {
    struct node *replaced = flags ? NULL : behind(to);
    if (renameat2(backing, below(from), backing, below(to), flags)) return -errno;
    gone(replaced);
    return 0;
}

static int on_link(const char *from, const char *to) {
    return result(linkat(backing, below(from), backing, below(to), 0));
}

static int on_symlink(const char *what, const char *path) {
    const struct fuse_context *who = fuse_get_context();
    if (symlinkat(what, backing, below(path))) return -errno;
    return result(fchownat(backing, below(path), who->uid, who->gid, AT_SYMLINK_NOFOLLOW));
}

static int on_readlink(const char *path, char *to, size_t size) {
    ssize_t length = readlinkat(backing, below(path), to, size - 1);
    if (length < 0) return -errno;
    to[length] = 0;
    return 0;
}

static int on_mkdir(const char *path, mode_t mode) {
    const struct fuse_context *who = fuse_get_context();
    if (mkdirat(backing, below(path), mode)) return -errno;
    return result(fchownat(backing, below(path), who->uid, who->gid, 0));
}

static int on_rmdir(const char *path) { return result(unlinkat(backing, below(path), AT_REMOVEDIR)); }

static int on_chmod(const char *path, mode_t mode, struct fuse_file_info *info) {
    (void)info;
    return result(fchmodat(backing, below(path), mode, 0));
}

static int on_chown(const char *path, uid_t user, gid_t group, struct fuse_file_info *info) {
    (void)info;
    return result(fchownat(backing, below(path), user, group, AT_SYMLINK_NOFOLLOW));
}

static int on_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *info) {
    (void)info;
    return result(utimensat(backing, below(path), times, AT_SYMLINK_NOFOLLOW));
}

static int on_statfs(const char *path, struct statvfs *s) {
    (void)path;
    return result(fstatvfs(backing, s));
}

static int on_readdir(
    const char *path, void *to, fuse_fill_dir_t fill, off_t from, struct fuse_file_info *info,
    enum fuse_readdir_flags flags) {
    (void)from, (void)info, (void)flags;
    int file = openat(backing, below(path), O_RDONLY | O_DIRECTORY);
    DIR *folder = file < 0 ? NULL : fdopendir(file);
    if (!folder) return -errno;
    for (struct dirent *e; (e = readdir(folder));) fill(to, e->d_name, NULL, 0, 0);
    closedir(folder);
    return 0;
}

static void *on_init(struct fuse_conn_info *connection, struct fuse_config *config) {
    (void)connection;
    config->hard_remove = 1;
    return NULL;
}

static const struct fuse_operations operations = {
    .init = on_init, .getattr = on_getattr, .readlink = on_readlink, .mkdir = on_mkdir, .unlink = on_unlink,
    .rmdir = on_rmdir, .symlink = on_symlink, .rename = on_rename, .link = on_link, .chmod = on_chmod, .chown = on_chown,
    .truncate = on_truncate, .open = on_open, .read = on_read, .write = on_write, .statfs = on_statfs,
    .release = on_release, .fsync = on_fsync, .fsyncdir = on_fsyncdir, .readdir = on_readdir, .create = on_create,
    .utimens = on_utimens,
};

int main(int count, char **words) {
    if (count < 3 || (backing = open(words[1], O_RDONLY | O_DIRECTORY)) < 0) {
        fprintf(stderr, "usage: unsynced BACKING MOUNTPOINT\n");
        return 2;
    }
    umask(0);
    char *arguments[] = {words[0], words[2], "-s", "-o", "allow_other,default_permissions", NULL};
    return fuse_main(5, arguments, &operations, NULL);
}
