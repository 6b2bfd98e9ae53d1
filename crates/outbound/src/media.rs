//! Opening media storage from its URL: a folder, or a bucket of an S3-compatible service.

use std::path::Path;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;

/// Why media storage could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum MediaStorageError {
    /// Neither `file:PATH` nor `s3://BUCKET`.
    #[error("media.url must be file:PATH or s3://BUCKET")]
    Url,
    /// The folder cannot be made.
    #[error("cannot make {path}: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The storage refused its settings.
    #[error(transparent)]
    Storage(#[from] object_store::Error),
}

/// How to reach an S3-compatible service beyond its bucket. Empty texts leave the default.
#[derive(Debug, Clone, Default)]
pub struct S3Options {
    /// Its address when it is not that of the cloud, such as `https://minio.example:9000`.
    pub endpoint: String,
    /// Its region.
    pub region: String,
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
}

/// Opens the storage that `url` names. A folder is made when it is missing; files in it are synced to
/// disk before a write counts as done.
pub fn open(url: &str, s3: &S3Options) -> Result<Arc<dyn ObjectStore>, MediaStorageError> {
    if let Some(path) = url.strip_prefix("file:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        return open_folder(Path::new(path));
    }
    let Some(bucket) = url.strip_prefix("s3://").filter(|bucket| !bucket.is_empty()) else {
        return Err(MediaStorageError::Url);
    };
    let mut builder = AmazonS3Builder::new().with_bucket_name(bucket);
    if !s3.endpoint.is_empty() {
        let is_plain = s3.endpoint.starts_with("http://");
        builder = builder.with_endpoint(&s3.endpoint).with_allow_http(is_plain);
    }
    if !s3.region.is_empty() {
        builder = builder.with_region(&s3.region);
    }
    if !s3.access_key_id.is_empty() {
        builder = builder.with_access_key_id(&s3.access_key_id).with_secret_access_key(&s3.secret_access_key);
    }
    Ok(Arc::new(builder.build()?))
}

fn open_folder(path: &Path) -> Result<Arc<dyn ObjectStore>, MediaStorageError> {
    std::fs::create_dir_all(path)
        .map_err(|source| MediaStorageError::Folder { path: path.display().to_string(), source })?;
    Ok(Arc::new(LocalFileSystem::new_with_prefix(path)?.with_automatic_cleanup(true).with_fsync(true)))
}

#[cfg(test)]
mod tests {
    use object_store::ObjectStoreExt as _;

    use super::*;

    #[tokio::test]
    async fn a_folder_keeps_what_was_put_and_a_foreign_url_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file:{}", folder.path().join("media").display());
        let storage = open(&url, &S3Options::default()).unwrap();
        let path = object_store::path::Path::from("a/b.iso");
        storage.put(&path, "bits".into()).await.unwrap();
        assert_eq!(&storage.get(&path).await.unwrap().bytes().await.unwrap()[..], b"bits");
        for url in ["", "ftp://x", "s3://", "/tmp"] {
            assert!(matches!(open(url, &S3Options::default()), Err(MediaStorageError::Url)), "{url}");
        }
    }
}
